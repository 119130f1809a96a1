import { useTranslation } from "react-i18next";
import type { DataCard, EndpointCard } from "@/api/cards";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { NoisyBars } from "./NoisyBars";
import classes from "./DataCardView.module.css";

/** The bands of a card, `under 10`, `200-499` or `50000 or more`, in words of the reader. */
function useBand() {
  const { t } = useTranslation();
  const format = useFormat();
  const number = (text: string | undefined) => format.number(Number(text));
  return (band: string): string => {
    const [first, last] = band.match(/\d+/g) ?? [];
    if (band.startsWith("under")) return t("card.under", { count: number(first) });
    if (band.endsWith("more")) return t("card.orMore", { count: number(first) });
    return `${number(first)}–${number(last)}`;
  };
}

/** A finding of a card, `code [endpoint] band`, in words of the reader. */
function useFinding() {
  const { t } = useTranslation();
  const codes = useCodes();
  const band = useBand();
  return (finding: string): string => {
    const [code = "", second = "", ...rest] = finding.split(" ");
    const name = codes.finding(code);
    // Ids of endpoints hold a point, bands none.
    return second.includes(".")
      ? t("card.finding", { name, endpoint: codes.endpoint(second), count: band(rest.join(" ")) })
      : t("card.findingWhole", { name, count: band([second, ...rest].join(" ")) });
  };
}

/** A data card as others see it, with one histogram for each endpoint that has bins. */
export function DataCardView({ card }: { card: DataCard }) {
  const { t } = useTranslation();
  const band = useBand();
  const said = useFinding();
  return (
    <>
      <p className={classes.text}>
        {t("card.note", { molecules: band(card.molecules), scaffolds: band(card.scaffolds) })}
      </p>
      <div className={classes.endpoints}>
        {card.endpoints.map((endpoint) => (
          <Endpoint key={endpoint.endpoint} endpoint={endpoint} />
        ))}
      </div>
      {card.findings.length > 0 && (
        <ul className={classes.findings} aria-label={t("card.findings")}>
          {card.findings.map((finding) => (
            <li key={finding}>{said(finding)}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function Endpoint({ endpoint }: { endpoint: EndpointCard }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const band = useBand();
  const more = [
    t("card.limits", { share: endpoint.limits }),
    ...(endpoint.positive ? [t("card.positive", { share: endpoint.positive })] : []),
  ];
  return (
    <figure className={classes.histogram}>
      <figcaption className={classes.caption}>
        {t("card.endpoint", {
          endpoint: codes.endpoint(endpoint.endpoint),
          molecules: band(endpoint.molecules),
        })}
        <div className={classes.more}>{more.join(" · ")}</div>
      </figcaption>
      {endpoint.counts.length > 0 && <NoisyBars edges={endpoint.edges} counts={endpoint.counts} />}
    </figure>
  );
}
