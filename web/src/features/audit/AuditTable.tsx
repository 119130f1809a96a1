import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AuditEvent } from "@/api/hub";
import table from "@/components/table.module.css";
import { shortDigest } from "@/format/format";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";

/** Identifiers and digests are long: one line here, all of it on hover or in a copy. */
function Clipped({ text }: { text: string }) {
  return (
    <span className={table.clip} title={text}>
      {text}
    </span>
  );
}

export function AuditTable({ events }: { events: AuditEvent[] }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label={t("audit.events")}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t("audit.time")}</th>
            <th scope="col">{t("audit.action")}</th>
            <th scope="col">{t("audit.actor")}</th>
            <th scope="col">{t("audit.subject")}</th>
            <th scope="col" className={table.wide}>{t("audit.details")}</th>
            <th scope="col" className={`${table.number} ${table.wide}`}>{t("audit.hash")}</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.id}>
              <td className={`${table.nowrap} ${table.muted}`}>
                <time dateTime={event.time}>
                  {format.dateTime(event.time)}
                </time>
              </td>
              <td className={`${table.strong} ${table.nowrap}`}>{codes.action(event.action)}</td>
              <td className={table.mono}>
                <Clipped text={event.actor} />
              </td>
              <td className={table.mono}>
                <Clipped text={event.subject} />
              </td>
              <td className={`${table.wide} ${table.muted}`}>
                <Clipped
                  text={Object.entries(event.params)
                    .map(([key, value]) => `${key} ${String(value)}`)
                    .join(" · ")}
                />
              </td>
              <td className={`${table.number} ${table.wide} ${table.mono} ${table.muted}`}>
                <Tooltip label={event.hash}>
                  <span>{shortDigest(event.hash)}</span>
                </Tooltip>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
