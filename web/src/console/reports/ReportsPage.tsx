import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { SiteReport } from "@/api/console";
import { Page } from "@/components/Page";
import { Panel } from "@/components/Panel";
import { Message, Result } from "@/components/States";
import { useFormat } from "@/format/use-format";
import { reportsQuery } from "../queries";
import { EndpointReport } from "./EndpointReport";

/** Private to this site: what federation brought, on its own and on others' held-out molecules. */
export function ReportsPage() {
  const { t } = useTranslation();
  const reports = useQuery(reportsQuery);
  return (
    <Page title={t("console.nav.reports")} note={t("console.reports.note")}>
      <Result
        query={reports}
        isEmpty={(items) => items.length === 0}
        empty={
          <Panel>
            <Message title={t("value.empty.title")} text={t("console.reports.empty")} />
          </Panel>
        }
      >
        {(items) => (
          <>
            {items.map((report) => (
              <Report key={report.run_id} report={report} />
            ))}
          </>
        )}
      </Result>
    </Page>
  );
}

function Report({ report }: { report: SiteReport }) {
  const format = useFormat();
  return (
    <Panel title={report.name} note={format.dateTime(report.finished_at)} flush>
      {report.rows.map((row, index) => (
        <EndpointReport
          key={row.endpoint}
          row={row}
          advice={report.advice[index] ?? null}
          level={report.level}
        />
      ))}
    </Panel>
  );
}
