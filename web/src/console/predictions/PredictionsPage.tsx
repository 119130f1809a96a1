import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SiteModel } from "@/api/console";
import { Page } from "@/components/Page";
import { Panel } from "@/components/Panel";
import { ResultPanel } from "@/components/predictions/ResultPanel";
import { Message, Result } from "@/components/States";
import { modelsQuery, usePredict } from "../queries";
import { AskPanel } from "./AskPanel";
import { CardPanel } from "./CardPanel";

/** The models of this site on molecules that a chemist asks about; nothing leaves the machine. */
export function PredictionsPage() {
  const { t } = useTranslation();
  const models = useQuery(modelsQuery);
  return (
    <Page title={t("console.nav.predictions")} note={t("console.predictions.note")}>
      <Result
        query={models}
        isEmpty={(items) => items.length === 0}
        empty={
          <Panel>
            <Message
              title={t("console.predictions.empty.title")}
              text={t("console.predictions.empty.text")}
            />
          </Panel>
        }
      >
        {(items) => <Desk models={items} />}
      </Result>
    </Page>
  );
}

function Desk({ models }: { models: SiteModel[] }) {
  const { t } = useTranslation();
  const predict = usePredict();
  const [runId, setRunId] = useState(models[0]?.run_id ?? "");
  const model = models.find((found) => found.run_id === runId) ?? models[0];
  if (!model) return null;
  return (
    <>
      <AskPanel
        key={model.run_id}
        models={models}
        model={model}
        onModel={(picked) => {
          setRunId(picked);
          predict.reset();
        }}
        predict={predict}
      />
      {predict.data && (
        <ResultPanel
          endpoints={model.endpoints}
          asked={predict.variables.questions}
          predicted={predict.data}
          legend={t("console.predictions.legend")}
        />
      )}
      <CardPanel runId={model.run_id} />
    </>
  );
}
