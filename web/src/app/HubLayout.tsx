import { Tooltip, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Me } from "@/api/hub";
import { Icon } from "@/components/Icon";
import { Loading, Failure } from "@/components/States";
import { type NavItem, Shell } from "@/components/Shell";
import { meQuery, SignIn, useSignOut } from "@/features/session";
import { useCodes } from "@/i18n/codes";
import { MeProvider } from "./access";
import classes from "./HubLayout.module.css";

/** Everything of the hub is behind the sign-in; the address stays, so a link works after it. */
export function HubLayout() {
  const me = useQuery({ ...meQuery, refetchInterval: (query) => (query.state.error ? 3_000 : false) });
  if (me.data) return <SignedIn me={me.data} />;
  if (me.data === null) return <SignIn />;
  return (
    <main className={classes.alone}>
      {me.isError ? <Failure error={me.error} onRetry={() => void me.refetch()} /> : <Loading />}
    </main>
  );
}

function SignedIn({ me }: { me: Me }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const administrator = me.account.role === "administrator";
  const nav: NavItem[] = [
    { to: "/", label: t("nav.home"), icon: "home" },
    { to: "/runs", label: t("nav.runs"), icon: "runs" },
    { to: "/sites", label: t("nav.sites"), icon: "sites" },
    { to: "/data", label: t("nav.data"), icon: "data" },
    { to: "/models", label: t("nav.models"), icon: "predict" },
    ...(administrator ? [{ to: "/audit", label: t("nav.audit"), icon: "audit" as const }] : []),
  ];
  return (
    <MeProvider value={me}>
      <Shell
        name="FDD"
        detail={codes.name(me.consortium)}
        nav={nav}
        ribbon={
          me.consortium.demo && (
            <>
              <strong>DEMO</strong>
              {t("shell.demo")}
            </>
          )
        }
        account={<Account me={me} />}
      >
        <Outlet />
      </Shell>
    </MeProvider>
  );
}

function Account({ me }: { me: Me }) {
  const { t } = useTranslation();
  const signOut = useSignOut();
  return (
    <div className={classes.account}>
      <div className={classes.person}>
        <p className={classes.name}>{me.account.name}</p>
        <p className={classes.role}>{t(`shell.role.${me.account.role}`)}</p>
      </div>
      <Tooltip label={t("shell.signOut")}>
        <UnstyledButton
          className={classes.signOut}
          aria-label={t("shell.signOut")}
          onClick={() => signOut.mutate()}
        >
          <Icon name="signOut" />
        </UnstyledButton>
      </Tooltip>
    </div>
  );
}
