import { useTranslation } from "react-i18next";
import type { RunDetail, RunValue } from "@/api/hub";
import { Panel } from "@/components/Panel";
import { Message } from "@/components/States";
import { GainsLine } from "@/components/value/GainsLine";
import { Legend } from "@/components/value/Legend";
import { ValueTable } from "@/components/value/ValueTable";
import { useCodes } from "@/i18n/codes";

export function ValuePanel({ run, report }: { run: RunDetail; report: RunValue }) {
  const { t } = useTranslation();
  const codes = useCodes();
  if (report.rows.length === 0) {
    return (
      <Panel title={t("value.title")}>
        <Message title={t("value.empty.title")} text={t("value.empty.text")} />
      </Panel>
    );
  }
  const names = new Map(run.sites.map((site) => [site.site_id, codes.name(site.institution)]));
  return (
    <Panel title={t("value.title")} note={t("value.note")} flush>
      <ValueTable
        rows={report.rows}
        measures={report.measures}
        whoLabel={t("value.institution")}
        who={(row) => names.get(row.site_id ?? "") ?? row.site_id}
      />
      {report.gains.map((gain) => (
        <GainsLine key={gain.part} gain={gain} />
      ))}
      <Legend
        tracks={report.rows.some((row) => row.others)}
        centralBecausePublic={report.central_because_public}
      />
    </Panel>
  );
}
