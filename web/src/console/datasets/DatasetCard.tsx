import { useTranslation } from "react-i18next";
import type { DatasetFinding, SiteDataset } from "@/api/console";
import { Panel } from "@/components/Panel";
import { type Tone, StatusMark } from "@/components/StatusMark";
import { shortDigest } from "@/format/format";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import classes from "./DatasetCard.module.css";

const TONES: Record<DatasetFinding["severity"], Tone> = { block: "bad", warn: "warn", note: "wait" };

function Certificate({ dataset }: { dataset: SiteDataset }) {
  const { t } = useTranslation();
  if (!dataset.certificate) {
    return <StatusMark tone="wait" word={t("console.datasets.unchecked")} look="pill" />;
  }
  return dataset.certificate.passes ? (
    <StatusMark tone="good" word={t("console.datasets.passes")} look="pill" />
  ) : (
    <StatusMark tone="bad" word={t("console.datasets.blocked")} look="pill" />
  );
}

export function DatasetCard({ dataset }: { dataset: SiteDataset }) {
  const { t, i18n } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const ko = i18n.language === "ko";
  return (
    <Panel
      title={dataset.name}
      note={t("console.datasets.line", {
        version: dataset.version,
        rows: format.number(dataset.rows),
        digest: shortDigest(dataset.digest),
        time: format.dateTime(dataset.created_at),
      })}
      actions={<Certificate dataset={dataset} />}
    >
      <ul className={classes.endpoints}>
        {dataset.endpoints.map((endpoint) => (
          <li key={endpoint.id} className={classes.endpoint}>
            <span className={classes.name}>{codes.name(endpoint)}</span>
            <span className={classes.rows}>{format.number(endpoint.rows)}</span>
          </li>
        ))}
      </ul>
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
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
