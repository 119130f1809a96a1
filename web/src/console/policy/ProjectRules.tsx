import { Select, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ProjectRule } from "@/api/console";
import { Facts } from "@/components/Facts";
import { Panel } from "@/components/Panel";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import classes from "./PolicyPage.module.css";

const APPROVALS = ["automatic", "ask", "never"] as const;

interface Props {
  name: string;
  rule: ProjectRule;
  onChange: (rule: ProjectRule) => void;
}

/** What runs of one project may do here: the few switches, then the limits as sentences. */
export function ProjectRules({ name, rule, onChange }: Props) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const list = (values: string[]) =>
    values.length > 0 ? values.join(", ") : t("console.policy.nothing");
  return (
    <Panel title={t("run.project", { project: name })} note={t("console.policy.fileNote")}>
      <div className={classes.rules}>
        <div className={classes.switches}>
          <Select
            label={t("console.policy.approve.label")}
            description={t("console.policy.approve.text")}
            data={APPROVALS.map((value) => ({ value, label: t(`console.policy.approve.${value}`) }))}
            value={rule.approve}
            allowDeselect={false}
            onChange={(value) => onChange({ ...rule, approve: value as ProjectRule["approve"] })}
          />
          <Switch
            label={t("console.policy.report.label")}
            description={t("console.policy.report.text")}
            checked={rule.share_report}
            onChange={(event) => onChange({ ...rule, share_report: event.currentTarget.checked })}
          />
          <Switch
            label={t("console.policy.histograms.label")}
            description={t("console.policy.histograms.text")}
            checked={rule.share_histograms}
            onChange={(event) =>
              onChange({ ...rule, share_histograms: event.currentTarget.checked })
            }
          />
          <Switch
            label={t("console.policy.metrics.label")}
            description={t("console.policy.metrics.text")}
            checked={rule.metrics === "basic"}
            onChange={(event) =>
              onChange({ ...rule, metrics: event.currentTarget.checked ? "basic" : "none" })
            }
          />
        </div>
        <Facts
          items={[
            [t("console.policy.endpoints"), list(rule.endpoints.map(codes.endpoint))],
            [t("console.policy.families"), list(rule.families)],
            [
              t("console.policy.privacy"),
              list(rule.privacy_modes.map((mode) => t(`console.policy.modes.${mode}`))),
            ],
            [t("console.policy.minimumSites"), format.number(rule.minimum_sites)],
            [t("console.policy.mostRounds"), format.number(rule.most_rounds)],
            [t("console.policy.approvalDays"), format.number(rule.approval_days)],
          ]}
        />
      </div>
    </Panel>
  );
}
