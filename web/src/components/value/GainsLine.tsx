import { useTranslation } from "react-i18next";
import type { TasksGain } from "@/api/hub";
import { useFormat } from "@/format/use-format";
import classes from "./GainsLine.module.css";
import { domain, steps } from "./gains";

const WIDTH = 240;
const HEIGHT = 56;
const MARGIN = 4;
/** Fewer tasks have no distribution. */
const LEAST = 3;

/** All tasks of a run in short: how many gained, and how the gains are distributed. */
export function GainsLine({ gain }: { gain: TasksGain }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [low, high] = domain(gain.points);
  const x = (value: number) => MARGIN + ((value - low) / (high - low)) * (WIDTH - 2 * MARGIN);
  const y = (share: number) => HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN);
  const path = steps(gain.points, low, high)
    .map(([value, share], index) => `${index ? "L" : "M"}${x(value)} ${y(share)}`)
    .join("");
  const said = t(`value.gains.${gain.part}`, {
    improved: format.number(gain.improved),
    tasks: format.number(gain.points.length),
  });
  return (
    <figure className={classes.line}>
      <figcaption className={classes.text}>
        <b>{said}</b>
        <span>
          {t("value.gains.spread", {
            median: format.signedPercent(gain.median),
            worst: format.signedPercent(gain.worst),
          })}
        </span>
      </figcaption>
      {gain.points.length >= LEAST && (
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          width={WIDTH}
          height={HEIGHT}
          role="img"
          aria-label={t("value.gains.plot")}
          className={classes.plot}
        >
          <line x1={MARGIN} x2={WIDTH - MARGIN} y1={y(0)} y2={y(0)} className={classes.base} />
          <line x1={x(0)} x2={x(0)} y1={y(0)} y2={y(1)} className={classes.zero} />
          <path d={path} className={classes.steps} />
          {gain.points.map((point, index) => (
            <circle
              key={index}
              cx={x(point)}
              cy={y((index + 1) / gain.points.length)}
              r={2.5}
              className={point > 0 ? classes.up : classes.down}
            />
          ))}
        </svg>
      )}
    </figure>
  );
}
