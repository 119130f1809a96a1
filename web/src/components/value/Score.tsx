import { useTranslation } from "react-i18next";
import { useFormat } from "@/format/use-format";
import classes from "./Score.module.css";

interface Props {
  value: number | null | undefined;
  /** What the paired test against the local model says, where that is more than noise. */
  verdict?: "better" | "worse" | undefined;
  chosen?: boolean;
}

const MARKS = { better: "▲", worse: "▼" } as const;

/** One score, marked clearly better or worse than training alone by shape, word and colour. */
export function Score({ value, verdict, chosen = false }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <span className={classes.score} data-verdict={verdict} data-chosen={chosen}>
      {verdict && (
        <span className={classes.mark} role="img" aria-label={t(`value.${verdict}`)}>
          {MARKS[verdict]}
        </span>
      )}
      {format.number(value, 3)}
    </span>
  );
}
