import { useTranslation } from "react-i18next";
import type { CheckedDraft, PlannedRun, PlannedSite } from "@/api/hub";
import { CopyLine } from "@/components/CopyLine";
import { Facts } from "@/components/Facts";
import { Panel } from "@/components/Panel";
import { StatusMark, type Tone } from "@/components/StatusMark";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import classes from "./NewRun.module.css";
import { useSpecWords } from "./words";

const TONES: Record<PlannedSite["standing"], Tone> = { ready: "good", away: "warn", cannot: "bad" };

/** What the check said: every problem, or what the run would mean. */
export function PlanPanel({ checked }: { checked: CheckedDraft }) {
  const { t } = useTranslation();
  const words = useSpecWords();
  if (checked.plan) return <Plan plan={checked.plan} />;
  return (
    <Panel title={t("draft.refused", { count: checked.problems.length })}>
      <ul className={classes.notes} role="alert">
        {checked.problems.map((one) => (
          <li key={`${one.field} ${one.problem}`} data-tone="bad">
            <strong>{words.name(one.field)}</strong> {words.problem(one)}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Plan({ plan }: { plan: PlannedRun }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { traffic } = plan;
  const packed = traffic.packed === null ? "" : ` (${t("families.packed", { size: format.bytes(traffic.packed) })})`;
  return (
    <Panel title={t("draft.plan.title")} note={t("draft.plan.note")}>
      <div className={classes.plan} role="status">
        <Facts
          items={[
            [t("draft.plan.rounds"), format.number(plan.spec.training.rounds)],
            [t("families.parameters"), format.number(traffic.parameters)],
            [t("draft.plan.up"), `${format.bytes(traffic.up)}${packed}`],
            [t("draft.plan.down"), format.bytes(traffic.down)],
            [t("draft.plan.all"), traffic.all_rounds === null ? "–" : format.bytes(traffic.all_rounds)],
            [
              t("draft.plan.cpu"),
              traffic.core_seconds === null ? "–" : t("draft.plan.seconds", { seconds: format.number(traffic.core_seconds, 1) }),
            ],
          ]}
        />
        <Warnings plan={plan} />
        <h3 className={classes.small}>{t("draft.plan.sites")}</h3>
        {plan.sites.length === 0 && <p className={classes.hint}>{t("draft.plan.noSites")}</p>}
        <ul className={classes.sites}>
          {plan.sites.map((site) => (
            <Site key={site.site_id} site={site} />
          ))}
        </ul>
        <h3 className={classes.small}>{t("draft.plan.digest")}</h3>
        <CopyLine text={plan.digest} />
      </div>
    </Panel>
  );
}

export function Warnings({ plan }: { plan: PlannedRun }) {
  const words = useSpecWords();
  if (plan.warnings.length === 0) return null;
  return (
    <ul className={classes.notes}>
      {plan.warnings.map((one) => (
        <li key={`${one.field} ${one.warning}`} data-tone="warn">
          <strong>{words.name(one.field)}</strong> {words.warning(one)}
        </li>
      ))}
    </ul>
  );
}

function Site({ site }: { site: PlannedSite }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const why = site.reasons.map((reason) => t(`draft.reasons.${reason}`));
  return (
    <li>
      <span>
        {codes.name(site.institution)} <span className={classes.muted}>{site.name}</span>
      </span>
      <StatusMark tone={TONES[site.standing]} word={t(`draft.standing.${site.standing}`)} />
      <span className={classes.muted}>
        {[...why, ...(site.card || why.length > 0 ? [] : [t("draft.plan.noCard")])].join(" · ")}
      </span>
    </li>
  );
}
