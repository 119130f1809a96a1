import { useTranslation } from "react-i18next";
import type { RunDetail } from "@/api/hub";
import { CopyLine } from "@/components/CopyLine";
import { Panel } from "@/components/Panel";
import { Message } from "@/components/States";
import { useNow } from "@/format/use-now";
import classes from "./FederationPanel.module.css";
import { FederationRing } from "./FederationRing";
import { SiteCard } from "./SiteCard";

/** Who is in the run and what each site is doing now. */
export function FederationPanel({ run }: { run: RunDetail }) {
  const { t } = useTranslation();
  const now = useNow(run.status === "running");
  const waiting = run.sites.filter((site) => site.approval === "waiting").length;
  return (
    <Panel title={t("run.federation")} note={t("run.federationNote", { count: run.sites.length })}>
      <div className={classes.layout}>
        <FederationRing run={run} />
        {run.sites.length === 0 ? (
          <Message title={t("run.noSites.title")} text={t("run.noSites.text")} />
        ) : (
          <ul className={classes.cards}>
            {run.sites.map((site, index) => (
              <SiteCard key={site.site_id} site={site} index={index} run={run} now={now} />
            ))}
          </ul>
        )}
      </div>
      {run.status === "proposed" && waiting > 0 && (
        <div className={classes.approve}>
          <p>{t("run.approvalNeeded", { count: waiting })}</p>
          <CopyLine text={`fdd-client policy decide ${run.run_id} approved`} prompt />
        </div>
      )}
    </Panel>
  );
}
