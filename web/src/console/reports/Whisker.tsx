import type { WayScore } from "@/api/console";
import classes from "./EndpointReport.module.css";

const WIDTH = 150;
const HEIGHT = 16;
const MARGIN = 7;

interface Props {
  score: WayScore;
  range: [number, number];
  better: "lower" | "higher";
  chosen: boolean;
  label: string;
}

/** Least and greatest end of all intervals: the scale that the ways of one table share. */
export function reach(scores: WayScore[]): [number, number] | null {
  const ends = scores.flatMap((score) =>
    [score.value, score.low, score.high].filter((end): end is number => end !== null),
  );
  if (ends.length === 0) return null;
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  return high > low ? [low, high] : [low - 0.001, high + 0.001];
}

/** A score and its interval on the table's scale, better to the right. */
export function Whisker({ score, range, better, chosen, label }: Props) {
  const [low, high] = range;
  const x = (value: number) => {
    const share = (value - low) / (high - low);
    return MARGIN + (better === "lower" ? 1 - share : share) * (WIDTH - 2 * MARGIN);
  };
  const middle = HEIGHT / 2;
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={label} className={classes.whisker}>
      {score.low !== null && score.high !== null && (
        <line x1={x(score.low)} x2={x(score.high)} y1={middle} y2={middle} data-chosen={chosen} />
      )}
      {score.value !== null && (
        <circle cx={x(score.value)} cy={middle} r={4} data-chosen={chosen} />
      )}
    </svg>
  );
}
