import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Icon } from "@/components/Icon";
import classes from "@/components/predictions/Predictions.module.css";
import { save } from "@/components/predictions/save";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import type { PredictedFile } from "../queries";

/** What came of a file: how many rows, how many without a prediction and why, and the file again. */
export function FileSummary({ made }: { made: PredictedFile }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const { rows, failed, problems, outside, seconds } = made.answer;
  return (
    <div className={classes.summary} role="status">
      <p className={classes.name}>
        {t("console.predictions.rows", {
          count: rows,
          rows: format.number(rows),
          seconds: format.number(seconds, 1),
        })}
      </p>
      <p>
        {failed === 0
          ? t("console.predictions.allPredicted")
          : t("console.predictions.failed", { count: failed, failed: format.number(failed) })}
      </p>
      {failed > 0 && (
        <ul>
          {Object.entries(problems).map(([reason, count]) => (
            <li key={reason}>
              {format.number(count)}: {codes.failure(reason)}
            </li>
          ))}
        </ul>
      )}
      {Object.values(outside).some((count) => count > 0) && (
        <p className={classes.muted}>
          {t("console.predictions.outside", {
            list: Object.entries(outside)
              .map(([endpoint, count]) => `${endpoint} ${format.number(count)}`)
              .join(", "),
          })}
        </p>
      )}
      <div>
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="download" size={13} />}
          onClick={() => save(made.content, made.name)}
        >
          {t("console.predictions.save", { name: made.name })}
        </Button>
      </div>
    </div>
  );
}
