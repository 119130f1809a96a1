import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { CardAnswer, CardEndpoint, CardScore, Provenance } from "@/api/console";
import { Facts } from "@/components/Facts";
import { Icon } from "@/components/Icon";
import { Panel } from "@/components/Panel";
import classes from "@/components/predictions/Predictions.module.css";
import { save } from "@/components/predictions/save";
import { measureText } from "@/components/predictions/text";
import { Result } from "@/components/States";
import table from "@/components/table.module.css";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { cardQuery } from "../queries";

/** What the model is for, what it learned from and how good it was; made to be shared. */
export function CardPanel({ runId }: { runId: string }) {
  const { t, i18n } = useTranslation();
  const answer = useQuery(cardQuery(runId));
  const download = ({ card, markdown_ko, markdown_en }: CardAnswer, json: boolean) => {
    const text = json
      ? JSON.stringify(card, null, 1)
      : i18n.language === "ko"
        ? markdown_ko
        : markdown_en;
    save(new Blob([text], { type: "text/plain" }), `model-card-${runId}.${json ? "json" : "md"}`);
  };
  return (
    <Panel
      title={t("console.card.title")}
      note={t("console.card.note")}
      actions={
        answer.data &&
        [false, true].map((json) => (
          <Button
            key={String(json)}
            size="xs"
            variant="default"
            leftSection={<Icon name="download" size={13} />}
            onClick={() => download(answer.data, json)}
          >
            {json ? "JSON" : "Markdown"}
          </Button>
        ))
      }
      flush
    >
      <Result query={answer}>{(found) => <Card answer={found} />}</Result>
    </Panel>
  );
}

function Card({ answer: { card } }: { answer: CardAnswer }) {
  const { t } = useTranslation();
  const codes = useCodes();
  return (
    <>
      <div className={table.scroll} tabIndex={0} role="region" aria-label={t("console.card.title")}>
        <table className={`${table.table} ${classes.results}`}>
          <thead>
            <tr>
              <th scope="col">{t("console.card.endpoint")}</th>
              <th scope="col">{t("console.card.measure")}</th>
              <th scope="col">{t("console.card.model")}</th>
              <th scope="col" className={table.number}>{t("console.card.training")}</th>
              <th scope="col">{t("value.own")}</th>
              <th scope="col">{t("value.others")}</th>
            </tr>
          </thead>
          <tbody>
            {card.endpoints.map((endpoint) => (
              <tr key={endpoint.endpoint}>
                <th scope="row">{codes.name(endpoint)}</th>
                <td><Measure endpoint={endpoint} /></td>
                <td>{t(`console.way.${endpoint.way}`)}</td>
                <td className={table.number}>{endpoint.training_molecules}</td>
                <td><ScoreText endpoint={endpoint} score={endpoint.own} /></td>
                <td><ScoreText endpoint={endpoint} score={endpoint.others} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className={classes.legend}>
        <p>{t("console.card.use")}</p>
        <p>{t("console.card.limits")}</p>
        <Facts
          items={[
            [t("console.card.family"), card.family],
            [t("console.card.featurizer"), card.featurizer],
            [t("console.card.catalogue"), card.catalogue],
            [t("console.card.lineage"), `${card.run_id} · ${card.model.slice(0, 16)}`],
            ...(card.provenance
              ? ([[t("console.card.recipe"), recipe(card.provenance, t)]] as [string, string][])
              : []),
            [t("console.card.licence"), card.licence || t("console.card.noLicence")],
          ]}
        />
      </div>
    </>
  );
}

function recipe(made: Provenance, t: TFunction): string {
  const { rounds, local_epochs, batch_size, learning_rate, strategy, weights, spec } = made;
  return t("console.card.recipeText", {
    rounds,
    epochs: local_epochs,
    batch: batch_size,
    rate: learning_rate,
    strategy,
    weights,
    spec: spec.slice(0, 16),
  });
}

function Measure({ endpoint }: { endpoint: CardEndpoint }) {
  const { t, i18n } = useTranslation();
  if (!endpoint.binary) return <>{measureText(endpoint) || t("console.card.pure")}</>;
  const meaning = i18n.language === "ko" ? endpoint.positive_ko : endpoint.positive_en;
  return <>{t("console.card.yes", { meaning })}</>;
}

function ScoreText({ endpoint, score }: { endpoint: CardEndpoint; score: CardScore | null }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  if (!score) return <span className={classes.muted}>{t("console.card.tooFew")}</span>;
  return (
    <span className={table.nowrap}>
      {codes.metric(endpoint.metric)} {format.number(score.value, 3)}{" "}
      <span className={classes.muted}>
        ({format.number(score.low, 3)} – {format.number(score.high, 3)})
        {score.coverage !== null && ` · ${t("console.card.held", { share: format.percent(score.coverage) })}`}
      </span>
    </span>
  );
}
