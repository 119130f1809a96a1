import { Button, Collapse, Group, Select } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConsoleRun } from "@/api/console";
import { CopyLine } from "@/components/CopyLine";
import { JsonText } from "@/components/JsonText";
import { Panel } from "@/components/Panel";
import { Failure } from "@/components/States";
import { type Tone, StatusMark } from "@/components/StatusMark";
import { useCodes } from "@/i18n/codes";
import { useDecide } from "../queries";
import classes from "./ProposedRun.module.css";

const TONES: Record<ConsoleRun["decision"], Tone> = {
  waiting: "wait",
  approved: "good",
  objected: "bad",
};

/** The reason travels to the hub with the signed decision: a code, never free text. */
const REASONS = ["by_person", "purpose_unclear", "data_not_ready", "no_capacity"] as const;
type Reason = (typeof REASONS)[number];

export function ProposedRun({ run }: { run: ConsoleRun }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const decide = useDecide();
  const [reason, setReason] = useState<Reason>("by_person");
  const [open, { toggle }] = useDisclosure(false);
  const { allowed, rule, params } = run.policy_verdict;

  return (
    <Panel
      title={run.name}
      note={run.run_id}
      actions={
        <StatusMark
          tone={TONES[run.decision]}
          word={t(`console.approvals.decision.${run.decision}`)}
          look="pill"
        />
      }
    >
      <div className={classes.body}>
        <StatusMark
          tone={allowed ? "good" : "bad"}
          word={
            allowed
              ? t("console.approvals.allowed")
              : t("console.approvals.refused", { rule: codes.rule(rule ?? "", params) })
          }
        />
        {run.waits && <StatusMark tone="wait" word={codes.reason(run.waits)} />}
        <p className={classes.note}>{t("console.approvals.digest")}</p>
        <CopyLine text={run.spec_digest} />
        <div>
          <Button variant="default" onClick={toggle} aria-expanded={open}>
            {t("run.spec")}
          </Button>
          <Collapse expanded={open}>
            <JsonText value={run.spec} />
          </Collapse>
        </div>
        {run.decision === "waiting" && (
          <Group align="flex-end">
            <Select
              className={classes.reason}
              label={t("console.approvals.reason")}
              data={REASONS.map((value) => ({ value, label: codes.reason(value) }))}
              value={reason}
              allowDeselect={false}
              onChange={(value) => setReason(value as Reason)}
            />
            <Button
              variant="default"
              loading={decide.isPending}
              onClick={() => decide.mutate({ runId: run.run_id, decision: "objected", reason })}
            >
              {t("console.approvals.object")}
            </Button>
            <Button
              disabled={!allowed}
              loading={decide.isPending}
              onClick={() => decide.mutate({ runId: run.run_id, decision: "approved", reason })}
            >
              {t("console.approvals.approve")}
            </Button>
          </Group>
        )}
        {decide.isError && <Failure error={decide.error} />}
      </div>
    </Panel>
  );
}
