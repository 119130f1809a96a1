import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RunDetail, RunSite } from "@/api/hub";
import { StatusMark } from "@/components/StatusMark";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import classes from "./SiteCard.module.css";
import { APPROVAL_TONES, SITE_TONES, siteColour, siteShow } from "./tones";

interface Props {
  site: RunSite;
  index: number;
  run: RunDetail;
  now: number;
}

export function SiteCard({ site, index, run, now }: Props) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const reason = site.approval === "objected" ? site.approval_reason : site.state_reason;
  const show = siteShow(site, run);
  const word =
    show === "working" && (run.phase === "evaluate" || run.phase === "finalize")
      ? t(`run.workingOn.${run.phase}`)
      : t(`run.siteState.${show}`);
  const share = run.rounds > 0 ? Math.min(1, site.rounds_done / run.rounds) : 0;
  return (
    <li className={classes.card} data-state={show}>
      <div className={classes.top}>
        <span
          className={classes.swatch}
          style={{ background: `var(${siteColour(index)})` }}
          aria-hidden="true"
        />
        <div className={classes.names}>
          <p className={classes.institution}>{codes.name(site.institution)}</p>
          <p className={classes.site}>
            {site.name} · {format.relative(site.last_seen, now)}
          </p>
        </div>
        <StatusMark tone={SITE_TONES[show]} word={word} look="pill" />
      </div>
      {reason && <p className={classes.reason}>{codes.reason(reason)}</p>}
      {site.rows && (
        <ul className={classes.rows}>
          {Object.entries(site.rows).map(([endpoint, band]) => (
            <li key={endpoint} className={classes.band}>
              <span>{codes.endpoint(endpoint)}</span> {band}
            </li>
          ))}
        </ul>
      )}
      <div className={classes.foot}>
        <Tooltip label={t("run.roundsDone", { done: site.rounds_done, rounds: run.rounds })}>
          <span className={classes.meter} role="img" aria-label={t("run.roundsDone", { done: site.rounds_done, rounds: run.rounds })}>
            <span style={{ width: `${share * 100}%`, background: `var(${siteColour(index)})` }} />
          </span>
        </Tooltip>
        <span>{t("run.sentBytes", { bytes: format.bytes(site.bytes_sent) })}</span>
        <StatusMark
          tone={APPROVAL_TONES[site.approval]}
          word={t(`run.approval.${site.approval}`)}
        />
      </div>
    </li>
  );
}
