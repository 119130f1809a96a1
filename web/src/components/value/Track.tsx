import type { Measure, Scores } from "@/api/value";
import classes from "./Track.module.css";

const WIDTH = 132;
const HEIGHT = 18;
const MARGIN = 7;

interface Props {
  scores: Scores;
  range: [number, number];
  better: Measure["better"];
  label: string;
}

/** Local → federated → personalised on one scale, better to the right, central as a tick. */
export function Track({ scores, range, better, label }: Props) {
  const [low, high] = range;
  const x = (value: number) => {
    const share = (value - low) / (high - low);
    return MARGIN + (better === "lower" ? 1 - share : share) * (WIDTH - 2 * MARGIN);
  };
  const middle = HEIGHT / 2;
  const { local, federated, personalised, central } = scores;
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={label} className={classes.track}>
      <line x1={MARGIN} x2={WIDTH - MARGIN} y1={middle} y2={middle} className={classes.base} />
      {typeof local === "number" && typeof federated === "number" && (
        <line x1={x(local)} x2={x(federated)} y1={middle} y2={middle} className={classes.gain} />
      )}
      {typeof central === "number" && (
        <line x1={x(central)} x2={x(central)} y1={2} y2={HEIGHT - 2} className={classes.central} />
      )}
      {typeof local === "number" && (
        <circle cx={x(local)} cy={middle} r={4} className={classes.local} />
      )}
      {typeof federated === "number" && (
        <circle cx={x(federated)} cy={middle} r={4.5} className={classes.federated} />
      )}
      {typeof personalised === "number" && (
        <rect
          x={x(personalised) - 3.4}
          y={middle - 3.4}
          width={6.8}
          height={6.8}
          transform={`rotate(45 ${x(personalised)} ${middle})`}
          className={classes.personalised}
        />
      )}
    </svg>
  );
}
