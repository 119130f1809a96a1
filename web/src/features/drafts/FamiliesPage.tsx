import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Family, FamilyCatalogue } from "@/api/hub";
import { CopyLine } from "@/components/CopyLine";
import { Facts } from "@/components/Facts";
import { Page } from "@/components/Page";
import { Panel } from "@/components/Panel";
import { Result } from "@/components/States";
import { useFormat } from "@/format/use-format";
import { keepDraft, loadDraft } from "./draft";
import classes from "./Families.module.css";
import { familiesQuery } from "./queries";
import { withFamily } from "./recipe";

const DISTIL = "fdd simulate examples/lipophilicity-distil.toml --transfer PUBLIC.csv --teachers boosting,mlp-ecfp";

/** What a run can train: the cards of all families. */
export function FamiliesPage({ mayPropose }: { mayPropose: boolean }) {
  const { t } = useTranslation();
  return (
    <Page
      title={t("families.title")}
      note={t("families.note")}
      above={<Link to="/runs">{t("nav.runs")}</Link>}
    >
      <Result query={useQuery(familiesQuery)}>
        {(catalogue) => (
          <div className={classes.cards}>
            {catalogue.items.map((family) => (
              <Card key={family.name} family={family} catalogue={catalogue} mayPropose={mayPropose} />
            ))}
          </div>
        )}
      </Result>
    </Page>
  );
}

interface Props {
  family: Family;
  catalogue: FamilyCatalogue;
  mayPropose: boolean;
}

function Card({ family, catalogue, mayPropose }: Props) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const start = () => {
    keepDraft(withFamily(loadDraft(), family));
    void navigate({ to: "/runs/new" });
  };
  return (
    <Panel
      title={<code className={classes.name}>{family.name}</code>}
      note={family.simulation_only ? t("families.simulationOnly") : undefined}
    >
      <div className={classes.card}>
        <p>{family.purpose[i18n.language === "ko" ? "ko" : "en"]}</p>
        <CardFacts family={family} catalogue={catalogue} />
        {family.options.length > 0 && <Options family={family} />}
        {family.simulation_only ? (
          <CopyLine text={DISTIL} prompt />
        ) : (
          mayPropose && (
            <div className={classes.start}>
              <Button onClick={start}>{t("families.start")}</Button>
            </div>
          )
        )}
      </div>
    </Panel>
  );
}

function CardFacts({ family, catalogue }: Omit<Props, "mayPropose">) {
  const { t } = useTranslation();
  const format = useFormat();
  const { traffic, costs, recipe } = family;
  const packed =
    traffic && costs ? ` (${t("families.packed", { size: format.bytes(traffic.up * costs.packed) })})` : "";
  const facts: [string, ReactNode][] = [
    [t("families.reads"), family.featurizers.join(", ")],
    [t("families.graphs"), family.graph ? t("families.graphsSeen") : t("families.graphsNot")],
    [t("families.needs"), family.simulation_only ? t("families.needsBoosting") : t("families.needsNothing")],
  ];
  if (family.minimum_rows !== null) facts.push([t("families.rows"), format.number(family.minimum_rows)]);
  if (recipe) {
    facts.push([
      t("families.recipe"),
      t("families.recipeText", { ...recipe, learning_rate: format.number(recipe.learning_rate) }),
    ]);
  }
  if (traffic) {
    facts.push([t("families.parameters"), format.number(traffic.parameters)]);
    facts.push([t("families.up"), `${format.bytes(traffic.up)}${packed}`]);
    facts.push([t("families.down"), format.bytes(traffic.down)]);
  } else {
    facts.push([t("families.up"), t("families.upAnswers")]);
  }
  if (costs) {
    facts.push([
      t("families.cpu"),
      <span key="cpu" title={t("families.measured", { machine: catalogue.machine, date: catalogue.measured })}>
        {t("families.cpuText", { ms: format.number(costs.cpu_ms) })}
      </span>,
    ]);
  }
  return <Facts items={facts} />;
}

function Options({ family }: { family: Family }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  return (
    <details className={classes.options}>
      <summary>{t("families.options")}</summary>
      <dl>
        {family.options.map((option) => (
          <div key={option.name}>
            <dt>
              <code>{option.name}</code>{" "}
              {t("families.bounds", {
                initial: format.number(option.default),
                least: format.number(option.least),
                most: format.number(option.most),
              })}
            </dt>
            <dd>{option.meaning[i18n.language === "ko" ? "ko" : "en"]}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
