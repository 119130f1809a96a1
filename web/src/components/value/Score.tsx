import { useTranslation } from "react-i18next";
import type { Measure } from "@/api/value";
import { useFormat } from "@/format/use-format";
import classes from "./Score.module.css";
import { compare } from "./value";

interface Props {
  value: number | null | undefined;
  /** The local model's score; without it the number stands alone. */
  reference?: number | null | undefined;
  better: Measure["better"];
  chosen?: boolean;
}

const MARKS = { better: "▲", worse: "▼", same: "" } as const;

/** One score, marked better or worse than training alone by shape, word and colour. */
export function Score({ value, reference, better, chosen = false }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const verdict = compare(value, reference, better);
  return (
    <span className={classes.score} data-verdict={verdict ?? undefined} data-chosen={chosen}>
      {verdict && verdict !== "same" && (
        <span className={classes.mark} role="img" aria-label={t(`value.${verdict}`)}>
          {MARKS[verdict]}
        </span>
      )}
      {format.number(value, 3)}
    </span>
  );
}
