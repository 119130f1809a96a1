import { Progress } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ConsoleStatus } from "@/api/console";
import { Facts } from "@/components/Facts";
import { Panel } from "@/components/Panel";
import { Message } from "@/components/States";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";

/** What is happening, what comes next, and why it waits. */
export function CurrentWork({ status }: { status: ConsoleStatus }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const { current } = status;
  if (!current) {
    return (
      <Panel title={t("console.status.now")}>
        <Message
          title={status.why ? codes.reason(status.why) : t("console.status.nothing")}
          text={status.next ? t("console.status.nextIs", { next: codes.reason(status.next) }) : t("console.status.asks")}
        />
      </Panel>
    );
  }
  const progress = current.progress;
  return (
    <Panel title={t("console.status.now")}>
      <Facts
        items={[
          [t("console.status.run"), current.run_id],
          [t("run.round"), format.number(current.round)],
          [t("run.phase"), t(`console.phase.${current.phase}`)],
          [t("console.status.next"), status.next ? codes.reason(status.next) : "–"],
        ]}
      />
      {progress !== null && (
        <Progress value={progress * 100} size="sm" mt="sm" aria-label={t("console.status.progress")} />
      )}
    </Panel>
  );
}
