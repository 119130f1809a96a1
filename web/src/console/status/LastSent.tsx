import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { JournalEntry } from "@/api/console";
import { Panel } from "@/components/Panel";
import { Message } from "@/components/States";
import { JournalTable } from "../JournalTable";

const SHOWN = 5;

export function LastSent({ entries }: { entries: JournalEntry[] }) {
  const { t } = useTranslation();
  if (entries.length === 0) {
    return (
      <Panel title={t("console.status.sent")}>
        <Message title={t("console.journal.empty.title")} text={t("console.journal.empty.text")} />
      </Panel>
    );
  }
  return (
    <Panel
      title={t("console.status.sent")}
      note={<Link to="/journal">{t("console.status.allSent")}</Link>}
      flush
    >
      <JournalTable entries={entries.slice(-SHOWN).reverse()} />
    </Panel>
  );
}
