import { useTranslation } from "react-i18next";
import type { DataCard, EndpointCard } from "@/api/cards";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import classes from "./DataCardView.module.css";

/** A data card as others see it, with one histogram for each endpoint that has bins. */
export function DataCardView({ card }: { card: DataCard }) {
  const { t } = useTranslation();
  return (
    <>
      <p className={classes.text}>
        {t("card.note", { molecules: card.molecules, scaffolds: card.scaffolds })}
      </p>
      <div className={classes.endpoints}>
        {card.endpoints.map((endpoint) => (
          <Endpoint key={endpoint.endpoint} endpoint={endpoint} />
        ))}
      </div>
      {card.findings.length > 0 && (
        <ul className={classes.findings} aria-label={t("card.findings")}>
          {card.findings.map((finding) => (
            <li key={finding}>
              <code>{finding}</code>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Endpoint({ endpoint }: { endpoint: EndpointCard }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const more = [
    t("card.limits", { share: endpoint.limits }),
    ...(endpoint.positive ? [t("card.positive", { share: endpoint.positive })] : []),
  ];
  return (
    <figure className={classes.histogram}>
      <figcaption className={classes.caption}>
        {t("card.endpoint", {
          endpoint: codes.endpoint(endpoint.endpoint),
          molecules: endpoint.molecules,
        })}
        <div className={classes.more}>{more.join(" · ")}</div>
      </figcaption>
      {endpoint.counts.length > 0 && <Bars edges={endpoint.edges} counts={endpoint.counts} />}
    </figure>
  );
}

function Bars({ edges, counts }: { edges: number[]; counts: number[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const most = Math.max(...counts, 1);
  const label = counts.map((count) => format.number(count)).join(", ");
  return (
    <>
      <div className={classes.bars} role="img" aria-label={t("card.bars", { label })}>
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
