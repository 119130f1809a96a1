import { Anchor } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SiteDataset } from "@/api/console";
import { Panel } from "@/components/Panel";
import { StatusMark } from "@/components/StatusMark";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import classes from "./DatasetCard.module.css";
import { Findings } from "./Findings";
import { OthersView } from "./OthersView";

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
  const language = i18n.language === "ko" ? "ko" : "en";
  const home = `/console/v1/datasets/${encodeURIComponent(dataset.name)}`;
  return (
    <Panel
      title={dataset.name}
      note={t("console.datasets.line", {
        version: dataset.version,
        rows: format.number(dataset.rows),
        time: format.dateTime(dataset.created_at),
      })}
      actions={
        <>
          {dataset.rejected !== 0 && (
            <Anchor href={`${home}/rejected`} download size="sm">
              {t("console.datasets.rejected", {
                rows: dataset.rejected === null ? "" : format.number(dataset.rejected),
              })}
            </Anchor>
          )}
          <Anchor href={`${home}/report?language=${language}`} target="_blank" rel="noopener" size="sm">
            {t("console.datasets.report")}
          </Anchor>
          <Certificate dataset={dataset} />
        </>
      }
    >
      <ul className={classes.endpoints}>
        {dataset.endpoints.map((endpoint) => (
          <li key={endpoint.id} className={classes.endpoint}>
            <span className={classes.name}>{codes.name(endpoint)}</span>
            <span className={classes.rows}>{format.number(endpoint.rows)}</span>
          </li>
        ))}
      </ul>
      <Findings dataset={dataset} />
      <OthersView dataset={dataset.name} version={dataset.version} />
    </Panel>
  );
}
