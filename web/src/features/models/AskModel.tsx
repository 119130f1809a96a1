import { Button, Checkbox, FileButton, Group } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReleasedModel } from "@/api/hub";
import { Icon } from "@/components/Icon";
import { Panel } from "@/components/Panel";
import classes from "@/components/predictions/Predictions.module.css";
import { ResultPanel } from "@/components/predictions/ResultPanel";
import { save } from "@/components/predictions/save";
import { StructuresInput } from "@/components/predictions/StructuresInput";
import { asked, type Asked, csv } from "@/components/predictions/text";
import { UnitInput } from "@/components/predictions/UnitInput";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { useAsk } from "./queries";

/** Of one question, as the hub takes it. */
const MOST = 500;

/** Which molecules, in which units, under which licence; and the answer as it comes. */
export function AskModel({ model }: { model: ReleasedModel }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const [text, setText] = useState("");
  const [accepted, setAccepted] = useState(false);
  const [written, setWritten] = useState<Record<string, string>>({});
  const [sent, setSent] = useState<Asked[]>([]);
  const { asking, predicted } = useAsk(model.run_id);
  const questions = asked(text);
  const units = Object.fromEntries(
    Object.entries(written).filter(([, unit]) => unit.trim() !== ""),
  );
  const problem = asking.error
    ? codes.problem(asking.error)
    : questions.length > MOST
      ? t("models.tooLong", { most: format.number(MOST) })
      : questions.length > model.left
        ? t("models.tooMany", { count: model.left })
        : null;
  const ask = () => {
    setSent(questions);
    const structures = questions.map(({ structure }) => structure);
    asking.mutate({ licence: model.licence, structures, units });
  };

  return (
    <>
      <Panel title={t("models.ask")} note={t("models.leaves")}>
        <div className={classes.form}>
          <ul className={classes.endpoints}>
            {model.endpoints.map((endpoint) => (
              <li key={endpoint.endpoint}>
                <span className={classes.name}>{codes.name(endpoint)}</span>
                <span className={classes.muted}>
                  {endpoint.pooled
                    ? t("models.pooled", endpoint.pooled)
                    : t("models.uncalibrated")}
                </span>
                <UnitInput endpoint={endpoint} written={written} onWritten={setWritten} />
              </li>
            ))}
          </ul>
          <StructuresInput text={text} onText={setText} />
          <Checkbox
            label={t("models.accept", { licence: model.licence })}
            checked={accepted}
            onChange={(event) => setAccepted(event.currentTarget.checked)}
          />
          {problem && (
            <p className={classes.error} role="alert">
              {problem}
            </p>
          )}
          <Group justify="space-between">
            <FileButton
              accept=".smi,.smiles,.txt"
              onChange={(file) => void file?.text().then((found) => setText(found))}
            >
              {(props) => (
                <Button {...props} variant="default">
                  {t("models.file")}
                </Button>
              )}
            </FileButton>
            <Button
              disabled={
                !accepted ||
                questions.length === 0 ||
                questions.length > Math.min(MOST, model.left)
              }
              loading={asking.isPending}
              onClick={ask}
            >
              {t("predictions.button", { number: format.number(questions.length) })}
            </Button>
          </Group>
        </div>
      </Panel>
      {predicted && (
        <ResultPanel
          endpoints={model.endpoints}
          asked={sent}
          predicted={predicted}
          legend={t("models.legend")}
          actions={
            <Button
              size="xs"
              variant="default"
              leftSection={<Icon name="download" size={13} />}
              onClick={() => {
                const table = csv(sent, model.endpoints, predicted.molecules);
                save(new Blob([table], { type: "text/csv" }), `predicted-${model.run_id}.csv`);
              }}
            >
              {t("models.save")}
            </Button>
          }
        />
      )}
    </>
  );
}
