import { Tooltip } from "@mantine/core";
import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { PHASES, type Phase, type Round, type RunDetail } from "@/api/hub";
import { Icon } from "@/components/Icon";
import { Panel } from "@/components/Panel";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { type BarHeight, barHeights } from "./bars";
import classes from "./RoundsPanel.module.css";

/** The phases that every round goes through; admission and the end belong to the run. */
const ROUND_PHASES: Phase[] = ["select", "train", "aggregate", "evaluate", "checkpoint"];

type Stage = "done" | "now" | "next";

function stageOf(phase: Phase, run: RunDetail): Stage {
  if (run.status === "completed") return "done";
  if (run.phase === null) return "next";
  const here = PHASES.indexOf(run.phase);
  const there = PHASES.indexOf(phase);
  if (there === here) return run.status === "running" ? "now" : "done";
  return there < here ? "done" : "next";
}

export function RoundsPanel({ run, rounds }: { run: RunDetail; rounds: Round[] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("run.timeline")} note={t("run.timelineNote")}>
      <div className={classes.layout}>
        <ol className={classes.phases}>
          {ROUND_PHASES.map((phase) => {
            const stage = stageOf(phase, run);
            return (
              <li key={phase} data-stage={stage} aria-current={stage === "now" ? "step" : undefined}>
                <span className={classes.dot}>{stage === "done" && <Icon name="check" size={10} />}</span>
                <span className={classes.phase}>{t(`run.phases.${phase}`)}</span>
              </li>
            );
          })}
        </ol>
        <Bars run={run} rounds={rounds} />
      </div>
    </Panel>
  );
}

function Bars({ run, rounds }: { run: RunDetail; rounds: Round[] }) {
  const { t } = useTranslation();
  const byNumber = new Map(rounds.map((round) => [round.round, round]));
  const heights = barHeights(rounds);
  return (
    <ol className={classes.bars} aria-label={t("run.rounds")}>
      {Array.from({ length: run.rounds }, (_, index) => (
        <Bar
          key={index}
          number={index + 1}
          round={byNumber.get(index + 1)}
          open={run.status === "running" && run.round === index + 1}
          height={heights.get(index + 1)}
          best={run.model?.best_round === index + 1}
        />
      ))}
    </ol>
  );
}

interface BarProps {
  number: number;
  round: Round | undefined;
  open: boolean;
  height: BarHeight | undefined;
  best: boolean;
}

function Bar({ number, round, open, height, best }: BarProps) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  if (!round && !open) return <li className={classes.bar} data-kind="planned" />;
  const kind = !round ? "open" : round.excluded.length > 0 ? "partial" : "full";
  const lines = [
    t("run.bar.round", { round: number }),
    round
      ? t("run.bar.closed", {
          seconds: format.number(round.seconds, 1),
          survivors: round.survivors.length,
          cohort: round.cohort.length,
        })
      : t("run.bar.open"),
    ...(round?.excluded ?? []).map((one) => t("run.bar.excluded", { reason: codes.reason(one.reason) })),
    ...(round?.late ?? []).map((one) => t("run.bar.late", { round: one.round })),
    ...(round?.late_excluded ?? []).map((one) =>
      t("run.bar.lateExcluded", { round: one.round, reason: codes.reason(one.reason) }),
    ),
    ...(best ? [t("run.bar.best")] : []),
  ];
  return (
    <Tooltip label={lines.join("\n")} classNames={{ tooltip: classes.tip ?? "" }}>
      <li
        className={classes.bar}
        data-kind={kind}
        data-best={best}
        data-cut={height?.cut ?? false}
        style={{ "--height": `${15 + 85 * (height?.share ?? 1)}%` } as CSSProperties}
        aria-label={lines.join(", ")}
      >
        <span />
      </li>
    </Tooltip>
  );
}
