import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Figure, Figures } from "@/components/Figures";
import { Page } from "@/components/Page";
import { StatusMark } from "@/components/StatusMark";
import { lastAuditQuery } from "@/features/audit";
import { RunsTable, runsQuery } from "@/features/runs";
import { institutionsQuery, SitesTable, sitesQuery } from "@/features/sites";
import { useFormat } from "@/format/use-format";
import { useNow } from "@/format/use-now";
import { useCodes } from "@/i18n/codes";
import { useIsAdministrator, useMe } from "./access";

export function HomePage() {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const me = useMe();
  const administrator = useIsAdministrator();
  const now = useNow(true, 5_000);
  const runs = useQuery(runsQuery).data;
  const sites = useQuery(sitesQuery).data;
  const institutions = useQuery(institutionsQuery).data;
  const audit = useQuery({ ...lastAuditQuery, enabled: administrator }).data;

  const online = sites?.filter((site) => site.state === "online").length;
  const running = runs?.filter((run) => run.status === "running").length ?? 0;
  const figures: Figure[] = [
    {
      label: t("home.institutions"),
      value: institutions ? format.number(institutions.length) : "–",
    },
    {
      label: t("home.sitesOnline"),
      value: sites ? t("home.onlineOf", { online, sites: sites.length }) : "–",
    },
    {
      label: t("nav.runs"),
      value: runs ? format.number(runs.length) : "–",
      detail: running > 0 ? <StatusMark tone="busy" word={t("home.running", { count: running })} /> : undefined,
    },
  ];
  if (administrator) {
    figures.push({
      label: t("home.lastAudit"),
      value: format.relative(audit?.event?.time, now),
      detail: audit?.event ? codes.action(audit.event.action) : undefined,
    });
  }

  return (
    <Page title={codes.name(me.consortium)} note={t("home.note")}>
      <Figures items={figures} />
      <RunsTable title={t("nav.runs")} />
      <SitesTable title={t("nav.sites")} />
    </Page>
  );
}
