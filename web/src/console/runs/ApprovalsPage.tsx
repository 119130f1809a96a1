import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Page } from "@/components/Page";
import { Panel } from "@/components/Panel";
import { Message, Result } from "@/components/States";
import { consoleRunsQuery } from "../queries";
import { ProposedRun } from "./ProposedRun";

/** The site decides: nothing is trained here before someone, or the policy, said yes. */
export function ApprovalsPage() {
  const { t } = useTranslation();
  const runs = useQuery(consoleRunsQuery);
  return (
    <Page title={t("console.nav.approvals")} note={t("console.approvals.note")}>
      <Result
        query={runs}
        isEmpty={(items) => items.length === 0}
        empty={
          <Panel>
            <Message
              title={t("console.approvals.empty.title")}
              text={t("console.approvals.empty.text")}
            />
          </Panel>
        }
      >
        {(items) => (
          <>
            {items.map((run) => (
              <ProposedRun key={run.run_id} run={run} />
            ))}
          </>
        )}
      </Result>
    </Page>
  );
}
