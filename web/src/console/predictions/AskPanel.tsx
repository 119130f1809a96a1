import { Button, Divider, Group, Select } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SiteModel } from "@/api/console";
import { Panel } from "@/components/Panel";
import classes from "@/components/predictions/Predictions.module.css";
import { StructuresInput } from "@/components/predictions/StructuresInput";
import { asked } from "@/components/predictions/text";
import { UnitInput } from "@/components/predictions/UnitInput";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import type { usePredict } from "../queries";
import { FileForm } from "./FileForm";

interface Props {
  models: SiteModel[];
  model: SiteModel;
  onModel: (runId: string) => void;
  predict: ReturnType<typeof usePredict>;
}

/** Which model, which molecules, in which units. */
export function AskPanel({ models, model, onModel, predict }: Props) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const [text, setText] = useState("");
  const [written, setWritten] = useState<Record<string, string>>({});
  const units = Object.fromEntries(
    Object.entries(written).filter(([, unit]) => unit.trim() !== ""),
  );
  const questions = asked(text);

  return (
    <Panel title={t("console.predictions.ask")}>
      <div className={classes.form}>
        <Select
          label={t("console.predictions.model")}
          data={models.map(({ run_id, name }) => ({ value: run_id, label: name }))}
          value={model.run_id}
          allowDeselect={false}
          onChange={(picked) => picked && onModel(picked)}
        />
        <ul className={classes.endpoints}>
          {model.endpoints.map((endpoint) => (
            <li key={endpoint.endpoint}>
              <span className={classes.name}>{codes.name(endpoint)}</span>
              <span className={classes.muted}>
                {t(`console.way.${endpoint.way}`)} ·{" "}
                {t("console.predictions.learned", { count: endpoint.training_rows })} ·{" "}
                {endpoint.calibrated === null
                  ? t("console.predictions.uncalibrated")
                  : t("console.predictions.calibrated", { count: endpoint.calibrated })}
                {endpoint.pooled && ` · ${t("console.predictions.pooled", endpoint.pooled)}`}
              </span>
              <UnitInput endpoint={endpoint} written={written} onWritten={setWritten} />
            </li>
          ))}
        </ul>
        <StructuresInput text={text} onText={setText} />
        {predict.error && (
          <p className={classes.error} role="alert">
            {codes.problem(predict.error)}
          </p>
        )}
        <Group justify="flex-end">
          <Button
            disabled={questions.length === 0}
            loading={predict.isPending}
            onClick={() => predict.mutate({ runId: model.run_id, questions, units })}
          >
            {t("predictions.button", { number: format.number(questions.length) })}
          </Button>
        </Group>
        <Divider />
        <FileForm runId={model.run_id} units={units} />
      </div>
    </Panel>
  );
}
