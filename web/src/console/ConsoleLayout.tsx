import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "@/api/http";
import { Preferences } from "@/components/Preferences";
import { type NavItem, Shell } from "@/components/Shell";
import { Failure, Loading, Message } from "@/components/States";
import { useCodes } from "@/i18n/codes";
import classes from "./ConsoleLayout.module.css";
import { consoleMeQuery, consoleRunsQuery, statusQuery } from "./queries";

/** Signed in by the one-time link that `fdd-client console` prints. */
export function ConsoleLayout() {
  const { t } = useTranslation();
  const me = useQuery(consoleMeQuery);
  const expired = me.error instanceof ApiProblem && me.error.status === 401;
  if (me.data !== undefined && !expired) return <Console />;
  return (
    <main className={classes.alone}>
      {expired ? (
        <Message
          title={t("console.signIn.title")}
          text={t("console.signIn.text")}
          command="fdd-client console"
        />
      ) : me.isError ? (
        <Failure error={me.error} onRetry={() => void me.refetch()} />
      ) : (
        <Loading />
      )}
      <Preferences />
    </main>
  );
}

function Console() {
  const { t } = useTranslation();
  const codes = useCodes();
  const status = useQuery(statusQuery).data;
  const waiting =
    useQuery(consoleRunsQuery).data?.filter((run) => run.decision === "waiting").length ?? 0;
  const institution = status?.site.institution;
  const nav: NavItem[] = [
    { to: "/", label: t("console.nav.status"), icon: "status" },
    { to: "/datasets", label: t("console.nav.datasets"), icon: "data" },
    { to: "/approvals", label: t("console.nav.approvals"), icon: "approve", count: waiting },
    { to: "/policy", label: t("console.nav.policy"), icon: "policy" },
    { to: "/journal", label: t("console.nav.journal"), icon: "journal" },
    { to: "/reports", label: t("console.nav.reports"), icon: "value" },
    { to: "/predictions", label: t("console.nav.predictions"), icon: "predict" },
  ];
  return (
    <Shell
      name={
        typeof institution === "object" ? codes.name(institution) : (institution ?? t("console.name"))
      }
      detail={t("console.name")}
      nav={nav}
    >
      <Outlet />
    </Shell>
  );
}
