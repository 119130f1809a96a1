import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Page } from "@/components/Page";
import { Panel } from "@/components/Panel";
import { Message, Result } from "@/components/States";
import { StatusMark } from "@/components/StatusMark";
import { JournalTable } from "../JournalTable";
import { useJournalQuery } from "../queries";

export function JournalPage() {
  const { t } = useTranslation();
  const journal = useQuery(useJournalQuery());
  const ok = journal.data?.chainOk;
  return (
    <Page
      title={t("console.nav.journal")}
      note={t("console.journal.note")}
      status={
        ok !== undefined && (
          <StatusMark
            tone={ok ? "good" : "bad"}
            word={t(ok ? "audit.verified" : "audit.broken")}
            look="pill"
          />
        )
      }
    >
      <Panel title={t("console.journal.title")} flush={(journal.data?.items.length ?? 0) > 0}>
        <Result
          query={journal}
          isEmpty={(found) => found.items.length === 0}
          empty={
            <Message title={t("console.journal.empty.title")} text={t("console.journal.empty.text")} />
          }
        >
          {(found) => <JournalTable entries={[...found.items].reverse()} />}
        </Result>
      </Panel>
    </Page>
  );
}
