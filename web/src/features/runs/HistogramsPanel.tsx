import { useTranslation } from "react-i18next";
import type { RunDetail } from "@/api/hub";
import { NoisyBars } from "@/components/NoisyBars";
import { Panel } from "@/components/Panel";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import classes from "./HistogramsPanel.module.css";

/** The labels over the sites of a run that asked for them; each site has learnt the same. */
export function HistogramsPanel({ run }: { run: RunDetail }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  if (run.histograms.length === 0) return null;
  return (
    <Panel title={t("run.histograms.title")} note={t("run.histograms.note")}>
      <div className={classes.grid}>
        {run.histograms.map(({ endpoint, edges, counts, sites }) => (
          <figure key={endpoint} className={classes.figure}>
            <figcaption>
              {codes.endpoint(endpoint)}
              <div className={classes.more}>
                {t("run.histograms.of", {
                  values: format.number(counts.reduce((sum, count) => sum + count, 0)),
                  sites: format.number(sites),
                })}
              </div>
            </figcaption>
            <NoisyBars edges={edges} counts={counts} />
          </figure>
        ))}
      </div>
    </Panel>
  );
}
