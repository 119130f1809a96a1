import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DataCard } from "@/api/console";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { dataCardQuery } from "../queries";
import classes from "./DatasetCard.module.css";

/** The data card as others see it, fetched when its owner asks. */
export function OthersView({ dataset, version }: { dataset: string; version: number | string }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const card = useQuery({ ...dataCardQuery(dataset), enabled: shown });
  return (
    <div className={classes.others} key={version}>
      <Button
        size="compact-xs"
        variant="default"
        aria-expanded={shown}
        loading={shown && card.isPending}
        onClick={() => setShown(!shown)}
      >
        {t(shown ? "console.datasets.card.hide" : "console.datasets.card.show")}
      </Button>
      {shown && card.data && <Card card={card.data} />}
    </div>
  );
}

function Card({ card }: { card: DataCard }) {
  const { t } = useTranslation();
  const codes = useCodes();
  return (
    <>
      <p className={classes.text}>
        {t("console.datasets.card.note", { molecules: card.molecules, scaffolds: card.scaffolds })}
      </p>
      {card.endpoints.map((endpoint) => (
        <figure key={endpoint.endpoint} className={classes.histogram}>
          <figcaption>
            {t("console.datasets.card.endpoint", {
              endpoint: codes.endpoint(endpoint.endpoint),
              molecules: endpoint.molecules,
            })}
          </figcaption>
          {endpoint.counts.length > 0 && <Bars edges={endpoint.edges} counts={endpoint.counts} />}
        </figure>
      ))}
    </>
  );
}

function Bars({ edges, counts }: { edges: number[]; counts: number[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const most = Math.max(...counts, 1);
  const label = counts.map((count) => format.number(count)).join(", ");
  return (
    <>
      <div className={classes.bars} role="img" aria-label={t("console.datasets.card.bars", { label })}>
        {counts.map((count, index) => (
          <span
            key={edges[index]}
            className={classes.bar}
            style={{ height: `${(100 * count) / most}%` }}
          />
        ))}
      </div>
      <div className={classes.edges}>
        <span>{format.number(edges[0] ?? 0)}</span>
        <span>{format.number(edges.at(-1) ?? 0)}</span>
      </div>
    </>
  );
}
