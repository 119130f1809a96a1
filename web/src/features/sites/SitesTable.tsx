import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Panel } from "@/components/Panel";
import { Message, Result } from "@/components/States";
import { StatusMark } from "@/components/StatusMark";
import table from "@/components/table.module.css";
import { useFormat } from "@/format/use-format";
import { useNow } from "@/format/use-now";
import { useCodes } from "@/i18n/codes";
import { sitesQuery } from "./queries";
import { SITE_TONES } from "./tones";

/** `title` only where the page around it is about more than sites. */
export function SitesTable({ title }: { title?: string }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const now = useNow(true, 5_000);
  const sites = useQuery(sitesQuery);
  return (
    <Panel title={title} label={t("nav.sites")} flush={(sites.data?.length ?? 0) > 0}>
      <Result
        query={sites}
        isEmpty={(items) => items.length === 0}
        empty={
          <Message
            title={t("sites.empty.title")}
            text={t("sites.empty.text")}
            command="fdd-client join URL CODE"
          />
        }
      >
        {(items) => (
          <div className={table.scroll}>
            <table className={table.table}>
              <thead>
                <tr>
                  <th scope="col">{t("value.institution")}</th>
                  <th scope="col" className={table.wide}>{t("sites.site")}</th>
                  <th scope="col">{t("sites.state")}</th>
                  <th scope="col" className={table.number}>{t("sites.lastSeen")}</th>
                  <th scope="col" className={table.wide}>{t("sites.sandbox")}</th>
                  <th scope="col" className={`${table.number} ${table.wide}`}>{t("sites.version")}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((site) => (
                  <tr key={site.site_id} className={table.rowLink}>
                    <td className={table.strong}>
                      <Link to="/sites/$siteId" params={{ siteId: site.site_id }}>
                        {codes.name(site.institution)}
                      </Link>
                    </td>
                    <td className={table.wide}>{site.name}</td>
                    <td>
                      <StatusMark tone={SITE_TONES[site.state]} word={t(`sites.states.${site.state}`)} />
                    </td>
                    <td className={`${table.number} ${table.muted}`}>
                      {format.relative(site.last_seen, now)}
                    </td>
                    <td className={table.wide}>
                      {site.sandbox_level ? t(`sandbox.${site.sandbox_level}`) : "–"}
                    </td>
                    <td className={`${table.number} ${table.wide} ${table.muted}`}>
                      {site.client_version ?? "–"}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Result>
    </Panel>
  );
}
