import { useTranslation } from "react-i18next";
import type { SiteReport } from "@/api/console";
import table from "@/components/table.module.css";
import { Score } from "@/components/value/Score";
import { Track } from "@/components/value/Track";
import { scale, SERVINGS } from "@/components/value/value";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";

/** One endpoint a line, on this site's own held-out molecules. */
export function OwnTable({ report }: { report: SiteReport }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label={report.name}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t("console.reports.endpoint")}</th>
            <th scope="col" className={table.number}>{t("value.molecules")}</th>
            {SERVINGS.map((serving) => (
              <th key={serving} scope="col" className={table.number}>
                {t(`value.serving.${serving}`)}
              </th>
            ))}
            <th scope="col">{t("value.trackHead")}</th>
            <th scope="col">{t("value.chosen")}</th>
          </tr>
        </thead>
        <tbody>
          {report.rows.map((row) => {
            const measure = report.measures[row.endpoint];
            const better = measure?.better ?? "lower";
            const range = scale([row], "own");
            return (
              <tr key={row.endpoint}>
                <th scope="row">
                  <span className={table.strong}>{codes.endpoint(row.endpoint)}</span>
                  <br />
                  <span className={table.muted}>
                    {measure && codes.metric(measure.metric)} · {t(`value.direction.${better}`)}
                  </span>
                </th>
                <td className={table.number}>{format.number(row.molecules)}</td>
                {SERVINGS.map((serving) => (
                  <td key={serving} className={table.number}>
                    <Score
                      value={row.own[serving]}
                      reference={serving === "local" ? undefined : row.own.local}
                      better={better}
                      chosen={row.chosen === serving}
                    />
                  </td>
                ))}
                <td>
                  {range && (
                    <Track scores={row.own} range={range} better={better} label={t("value.ownTrack")} />
                  )}
                </td>
                <td className={table.strong}>{t(`value.serving.${row.chosen}`)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
