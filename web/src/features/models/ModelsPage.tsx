import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ReleasedModel } from "@/api/hub";
import { Facts } from "@/components/Facts";
import { Page } from "@/components/Page";
import { Panel } from "@/components/Panel";
import { Message, Result } from "@/components/States";
import { shortDigest } from "@/format/format";
import { useFormat } from "@/format/use-format";
import { AskModel } from "./AskModel";
import { modelsQuery } from "./queries";

/** Released models, and what they say of molecules that somebody asks about. */
export function ModelsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("nav.models")} note={t("models.note")}>
      <Result
        query={useQuery(modelsQuery)}
        isEmpty={(items) => items.length === 0}
        empty={
          <Panel>
            <Message title={t("models.empty.title")} text={t("models.empty.text")} />
          </Panel>
        }
      >
        {(items) => items.map((model) => <Model key={model.run_id} model={model} />)}
      </Result>
    </Page>
  );
}

function Model({ model }: { model: ReleasedModel }) {
  const { t } = useTranslation();
  const format = useFormat();
  const left = t("models.leftOf", {
    left: format.number(model.left),
    budget: format.number(model.budget),
  });
  return (
    <>
      <Panel title={model.name}>
        <Facts
          items={[
            [t("models.licence"), model.licence],
            ...(model.terms ? ([[t("models.terms"), model.terms]] as [string, string][]) : []),
            [t("models.left"), left],
            [t("models.released"), format.dateTime(model.released_at)],
            [t("models.digest"), shortDigest(model.digest)],
            [
              t("models.from"),
              <Link key="run" to="/runs/$runId" params={{ runId: model.run_id }}>
                {model.run_id}
              </Link>,
            ],
          ]}
        />
      </Panel>
      <AskModel model={model} />
    </>
  );
}
