import { Progress } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ConsoleStatus } from "@/api/console";
import { Panel } from "@/components/Panel";
import { Message } from "@/components/States";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import classes from "./CurrentWork.module.css";

/** What is happening, what comes next, and why it waits. */
export function CurrentWork({ status }: { status: ConsoleStatus }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const { current, next } = status;
  const nextIs = next ? t("console.status.nextIs", { next: codes.reason(next) }) : null;
  const pausedToo = status.paused && status.state === "stopped" && t("console.status.pausedToo");
  const nextText = pausedToo ? `${nextIs} · ${pausedToo}` : nextIs;
  if (!current) {
    return (
      <Panel title={t("console.status.now")}>
        <Message
          title={status.why ? codes.reason(status.why) : t("console.status.nothing")}
          text={nextText ?? t("console.status.asks")}
        />
      </Panel>
    );
  }
  return (
    <Panel title={t("console.status.now")} note={current.run_id}>
      <div className={classes.line}>
        <p className={classes.what}>
          {t(`console.phase.${current.phase}`)} · {t("run.bar.round", { round: current.round })}
        </p>
        {current.progress !== null && (
          <p className={classes.share}>{format.percent(current.progress)}</p>
        )}
      </div>
      {current.progress !== null && (
        <Progress
          value={current.progress * 100}
          size={6}
          aria-label={t("console.status.progress")}
        />
      )}
      {nextText && <p className={classes.next}>{nextText}</p>}
    </Panel>
  );
}
