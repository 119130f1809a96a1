import { useTranslation } from "react-i18next";
import { useFormat } from "@/format/use-format";
import classes from "./NoisyBars.module.css";

/** Counts by bin, with the two ends of the scale below. */
export function NoisyBars({ edges, counts }: { edges: number[]; counts: number[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const most = Math.max(...counts, 1);
  const label = counts.map((count) => format.number(count)).join(", ");
  return (
    <>
      <div className={classes.bars} role="img" aria-label={t("card.bars", { label })}>
        {counts.map((count, index) => (
          <span
            key={edges[index]}
            className={classes.bar}
            style={{ height: `${(100 * count) / most}%` }}
          />
        ))}
      </div>
      <div className={classes.edges}>
        <span>{format.number(edges[0] ?? 0)}</span>
        <span>{format.number(edges.at(-1) ?? 0)}</span>
      </div>
    </>
  );
}
