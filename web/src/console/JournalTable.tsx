import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { JournalEntry } from "@/api/console";
import { StatusMark } from "@/components/StatusMark";
import table from "@/components/table.module.css";
import { shortDigest } from "@/format/format";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";

/** What left the site, one object a line, with a sentence that needs no training to read. */
export function JournalTable({ entries }: { entries: JournalEntry[] }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label={t("console.nav.journal")}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t("audit.time")}</th>
            <th scope="col">{t("console.journal.what")}</th>
            <th scope="col" className={table.number}>{t("console.journal.size")}</th>
            <th scope="col" className={`${table.number} ${table.wide}`}>{t("console.journal.tensors")}</th>
            <th scope="col" className={`${table.number} ${table.wide}`}>{t("console.journal.norm")}</th>
            <th scope="col" className={table.wide}>{t("console.journal.protection")}</th>
            <th scope="col" className={`${table.number} ${table.wide}`}>{t("model.digest")}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.seq}>
              <td className={`${table.nowrap} ${table.muted}`}>
                <Tooltip label={format.dateTime(entry.time)}>
                  <time dateTime={entry.time}>{format.timeOfDay(entry.time)}</time>
                </Tooltip>
              </td>
              <td>
                <span className={table.strong}>{codes.journalKind(entry.kind)}</span>{" "}
                <span className={table.muted}>
                  {entry.round !== null && `${t("run.bar.round", { round: entry.round })} · `}
                  {entry.run_id !== null && `${entry.run_id} `}→ {entry.recipient}
                </span>
                <br />
                <span className={table.muted}>{codes.journalSentence(entry.kind)}</span>
              </td>
              <td className={table.number}>{format.bytes(entry.bytes)}</td>
              <td className={`${table.number} ${table.wide}`}>{format.number(entry.tensors)}</td>
              <td className={`${table.number} ${table.wide}`}>{format.number(entry.norm, 3)}</td>
              <td className={table.wide}>
                <StatusMark
                  tone={entry.sealed ? "good" : "off"}
                  word={t(entry.sealed ? "console.journal.sealed" : "console.journal.open")}
                />
              </td>
              <td className={`${table.number} ${table.wide} ${table.mono} ${table.muted}`}>
                <Tooltip label={entry.digest}>
                  <span>{shortDigest(entry.digest)}</span>
                </Tooltip>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
