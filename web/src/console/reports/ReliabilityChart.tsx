import { useTranslation } from "react-i18next";
import type { Reliability } from "@/api/console";
import { Facts } from "@/components/Facts";
import { useFormat } from "@/format/use-format";
import classes from "./EndpointReport.module.css";

const SIDE = 132;
const MARGIN = 6;

/** Said against measured shares of yes; on the diagonal, probabilities mean what they say. */
export function ReliabilityChart({ found }: { found: Reliability }) {
  const { t } = useTranslation();
  const format = useFormat();
  const place = (share: number) => MARGIN + share * (SIDE - 2 * MARGIN);
  const points = found.bins.map(
    ({ said, measured }) => [place(said), SIDE - place(measured)] as const,
  );
  const text = found.bins
    .map(({ said, measured }) => `${format.percent(said)} → ${format.percent(measured)}`)
    .join(", ");
  return (
    <div className={classes.reliability}>
      <svg width={SIDE} height={SIDE} role="img" aria-label={t("console.reports.curve", { text })}>
        <rect x={MARGIN} y={MARGIN} width={SIDE - 2 * MARGIN} height={SIDE - 2 * MARGIN} />
        <line x1={place(0)} y1={SIDE - place(0)} x2={place(1)} y2={SIDE - place(1)} />
        <polyline points={points.map((point) => point.join(",")).join(" ")} />
        {points.map(([x, y], index) => (
          <circle key={index} cx={x} cy={y} r={3} />
        ))}
      </svg>
      <Facts
        items={[
          [t("console.reports.ece"), change(format.number, found.ece_before, found.ece)],
          [t("console.reports.brier"), change(format.number, found.brier_before, found.brier)],
          [t("console.reports.mcc"), format.number(found.mcc, 2)],
          [t("console.reports.auprcEven"), format.number(found.auprc_even, 2)],
        ]}
      />
      <p className={classes.muted}>{t("console.reports.reliability")}</p>
    </div>
  );
}

function change(
  number: (value: number | null, digits?: number) => string,
  before: number,
  after: number,
): string {
  return `${number(before, 3)} → ${number(after, 3)}`;
}
