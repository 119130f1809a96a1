import { Button, FileButton, Group, Select } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SiteModel } from "@/api/console";
import { Panel } from "@/components/Panel";
import classes from "@/components/predictions/Predictions.module.css";
import { save } from "@/components/predictions/save";
import { StructuresInput } from "@/components/predictions/StructuresInput";
import { asked } from "@/components/predictions/text";
import { UnitInput } from "@/components/predictions/UnitInput";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { FORMATS, usePredict, usePredictFile } from "../queries";


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
  const file = usePredictFile();
  const [text, setText] = useState("");
  const [ending, setEnding] = useState<(typeof FORMATS)[number]>("csv");
  const [written, setWritten] = useState<Record<string, string>>({});
  const units = Object.fromEntries(
    Object.entries(written).filter(([, unit]) => unit.trim() !== ""),
  );
  const questions = asked(text);
  const error = predict.error ?? file.error;

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
        {error && (
          <p className={classes.error} role="alert">
            {codes.problem(error)}
          </p>
        )}
        <Group justify="space-between">
          <Group gap={8}>
            <FileButton
              accept=".csv,.tsv,.txt,.smi,.smiles,.gz,.sdf,.parquet,.xlsx"
              onChange={(picked) =>
                picked &&
                file.mutate(
                  { runId: model.run_id, file: picked, ending, units },
                  { onSuccess: (made) => save(made, `predicted.${ending}`) },
                )
              }
            >
              {(props) => (
                <Button {...props} variant="default" loading={file.isPending}>
                  {t("console.predictions.file")}
                </Button>
              )}
            </FileButton>
            <Select
              w={110}
              aria-label={t("console.predictions.format")}
              data={FORMATS.map((value) => ({ value, label: value.toUpperCase() }))}
              value={ending}
              allowDeselect={false}
              onChange={(picked) => picked && setEnding(picked as typeof ending)}
            />
          </Group>
          <Button
            disabled={questions.length === 0}
            loading={predict.isPending}
            onClick={() => predict.mutate({ runId: model.run_id, questions, units })}
          >
            {t("predictions.button", { number: format.number(questions.length) })}
          </Button>
        </Group>
      </div>
    </Panel>
  );
}
