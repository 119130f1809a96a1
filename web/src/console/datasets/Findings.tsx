import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DatasetFinding, SiteDataset } from "@/api/console";
import { type Tone, StatusMark } from "@/components/StatusMark";
import { useFormat } from "@/format/use-format";
import { type Asked, CorrectionDialog } from "./CorrectionDialog";
import classes from "./DatasetCard.module.css";

const TONES: Record<DatasetFinding["severity"], Tone> = { block: "bad", warn: "warn", note: "wait" };

/** What the checks found, what can be corrected, and which corrections are in use. */
export function Findings({ dataset }: { dataset: SiteDataset }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const [asked, setAsked] = useState<Asked | null>(null);
  const ko = i18n.language === "ko";
  return (
    <>
      {dataset.corrections.length > 0 && (
        <ul className={classes.findings}>
          {dataset.corrections.map((correction, index) => (
            <li key={`${correction.finding}-${index}`} className={classes.finding}>
              <StatusMark tone="good" word={t("console.datasets.fix.inUse")} />
              <div className={classes.correction}>
                <span>
                  {t(`console.datasets.fix.kinds.${correction.kind}`)}
                  {correction.rows > 0 && (
                    <span className={classes.count}>
                      {t("console.datasets.rows", { rows: format.number(correction.rows) })}
                    </span>
                  )}
                </span>
                <Button size="compact-xs" variant="default" onClick={() => setAsked({ undo: index + 1 })}>
                  {t("console.datasets.fix.undo")}
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {dataset.findings.length === 0 ? (
        <p className={classes.none}>{t("console.datasets.noFindings")}</p>
      ) : (
        <ul className={classes.findings}>
          {dataset.findings.map((finding, index) => (
            <li key={`${finding.code}-${index}`} className={classes.finding}>
              <StatusMark
                tone={TONES[finding.severity]}
                word={t(`console.datasets.severity.${finding.severity}`)}
              />
              <div>
                <p className={classes.title}>
                  {ko ? finding.title_ko : finding.title_en}
                  {finding.rows > 0 && (
                    <span className={classes.count}>
                      {t("console.datasets.rows", { rows: format.number(finding.rows) })}
                    </span>
                  )}
                </p>
                <p className={classes.text}>{ko ? finding.explanation_ko : finding.explanation_en}</p>
                {finding.fixable && (
                  <Button
                    size="compact-xs"
                    variant="light"
                    mt={6}
                    onClick={() => setAsked({ finding: `${finding.code}:${finding.endpoint}` })}
                  >
                    {t("console.datasets.fix.show")}
                  </Button>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
      {asked && (
        <CorrectionDialog dataset={dataset.name} asked={asked} onClose={() => setAsked(null)} />
      )}
    </>
  );
}
