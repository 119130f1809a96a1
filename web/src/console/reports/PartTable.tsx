import { useTranslation } from "react-i18next";
import type { AgainstLocal, EndpointValue, ValuePart, WayScore } from "@/api/console";
import table from "@/components/table.module.css";
import { useFormat } from "@/format/use-format";
import classes from "./EndpointReport.module.css";
import { reach, Whisker } from "./Whisker";

interface Props {
  title: string;
  part: ValuePart;
  row: EndpointValue;
  level: number;
}

/** Every way of getting a model on the same held-out molecules. */
export function PartTable({ title, part, row, level }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const range = reach(part.scores);
  const compared = new Map(part.against_local.map((against) => [against.way, against]));
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label={title}>
      <table className={`${table.table} ${classes.table}`}>
        <caption className={classes.caption}>
          <span>
            {title} · {t("console.reports.count", { count: part.n })}
            {!part.enough && <em> {t("console.reports.quorum")}</em>}
          </span>
        </caption>
        <thead>
          <tr>
            <th scope="col">{t("console.reports.way")}</th>
            <th scope="col" className={table.number}>{t("console.reports.score")}</th>
            <th scope="col">{t("value.trackHead")}</th>
            <th scope="col">{t("console.reports.against")}</th>
            <th scope="col" className={table.number}>
              {t("console.reports.holds", { level: format.percent(level) })}
            </th>
            <th scope="col" className={table.number}>
              {t(row.binary ? "console.reports.single" : "console.reports.width")}
            </th>
          </tr>
        </thead>
        <tbody>
          {part.scores.map((score) => (
            <tr key={score.way} data-chosen={score.way === row.chosen}>
              <th scope="row">{t(`console.way.${score.way}`)}</th>
              <td className={table.number}>{format.number(score.value, 3)}</td>
              <td>
                {range && (
                  <Whisker
                    score={score}
                    range={range}
                    better={row.better}
                    chosen={score.way === row.chosen}
                    label={interval(score, format.number)}
                  />
                )}
              </td>
              <td>
                <Difference against={compared.get(score.way)} />
              </td>
              <td className={table.number}>{format.percent(score.coverage)}</td>
              <td className={table.number}>
                {row.binary ? format.percent(score.width) : format.number(score.width, 2)}
              </td>
            </tr>
          ))}
          {part.boosted && (
            <tr>
              <th scope="row">{t("console.reports.boosted")}</th>
              <td className={table.number}>{format.number(part.boosted.value, 3)}</td>
              <td className={classes.muted}>
                {format.number(part.boosted.low, 3)} – {format.number(part.boosted.high, 3)}
              </td>
              <td colSpan={3}>{t(`console.reports.againstBoosted.${part.boosted.served}`)}</td>
            </tr>
          )}
        </tbody>
        {part.bands.length > 0 && (
          <tbody className={classes.bands}>
            {part.bands.map((band) => (
              <tr key={band.low}>
                <th scope="row" colSpan={2}>
                  {t("console.reports.band", {
                    low: format.number(band.low, 1),
                    high: format.number(band.high, 1),
                    count: band.n,
                  })}
                </th>
                <td colSpan={4}>
                  {band.scores.map((score) => (
                    <span key={score.way} className={classes.inBand} data-chosen={score.way === row.chosen}>
                      {t(`console.way.${score.way}`)} {format.number(score.value, 3)}
                    </span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        )}
      </table>
    </div>
  );
}

function interval(score: WayScore, number: (value: number | null, digits?: number) => string): string {
  return `${number(score.value, 3)} (${number(score.low, 3)} – ${number(score.high, 3)})`;
}

const MARKS = { better: "▲", worse: "▼", noise: "≈", too_few: "" } as const;

/** The verdict in words and shape; the difference with its interval on hover and for readers. */
function Difference({ against }: { against: AgainstLocal | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!against) return <span className={classes.muted}>–</span>;
  const range = `${format.number(against.difference, 3)} (${format.number(against.low, 3)} – ${format.number(against.high, 3)})`;
  return (
    <span className={classes.verdict} data-verdict={against.verdict} title={range}>
      {MARKS[against.verdict] && <span aria-hidden="true">{MARKS[against.verdict]} </span>}
      {t(`console.reports.verdict.${against.verdict}`)}
      {against.verdict !== "too_few" && <span className={classes.muted}> {range}</span>}
    </span>
  );
}
