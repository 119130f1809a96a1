import { Button } from "@mantine/core";
import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
  Link,
  useNavigate,
} from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Icon } from "@/components/Icon";
import { Page } from "@/components/Page";
import { Failure, Message } from "@/components/States";
import { AuditPage } from "@/features/audit";
import { DataPage } from "@/features/datasets";
import { ModelsPage } from "@/features/models";
import { AddTrunk, RunsTable } from "@/features/runs";
import { SiteDetail, SitesPage } from "@/features/sites";
import { useIsAdministrator } from "./access";
import { HomePage } from "./HomePage";
import { HubLayout } from "./HubLayout";

function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t("states.missing.title")}>
      <Message
        title={t("states.missing.text")}
        action={<Link to="/">{t("states.missing.home")}</Link>}
      />
    </Page>
  );
}

function Broken({ error, reset }: ErrorComponentProps) {
  return <Failure error={error} onRetry={reset} />;
}

function RunsPage() {
  const { t } = useTranslation();
  const administrator = useIsAdministrator();
  return (
    <Page title={t("nav.runs")} note={t("runs.note")} actions={<RunsActions mayPropose={administrator} />}>
      <RunsTable />
      {administrator && <AddTrunk />}
    </Page>
  );
}

function RunsActions({ mayPropose }: { mayPropose: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <>
      <Button variant="default" onClick={() => void navigate({ to: "/families" })}>
        {t("families.title")}
      </Button>
      {mayPropose && (
        <Button leftSection={<Icon name="plus" size={13} />} onClick={() => void navigate({ to: "/runs/new" })}>
          {t("draft.title")}
        </Button>
      )}
    </>
  );
}

function Sites() {
  return <SitesPage mayInvite={useIsAdministrator()} />;
}

function SitePage() {
  return <SiteDetail siteId={site.useParams().siteId} mayControl={useIsAdministrator()} />;
}

function Audit() {
  const { t } = useTranslation();
  if (useIsAdministrator()) return <AuditPage />;
  return (
    <Page title={t("nav.audit")}>
      <Message title={t("states.denied.title")} text={t("states.denied.administrators")} />
    </Page>
  );
}

const root = createRootRoute({
  component: HubLayout,
  notFoundComponent: NotFound,
  errorComponent: Broken,
});
const home = createRoute({ getParentRoute: () => root, path: "/", component: HomePage });
const runs = createRoute({ getParentRoute: () => root, path: "/runs", component: RunsPage });
const newRun = createRoute({
  getParentRoute: () => root,
  path: "/runs/new",
  component: lazyRouteComponent(() => import("./DraftPages"), "NewRun"),
});
const families = createRoute({
  getParentRoute: () => root,
  path: "/families",
  component: lazyRouteComponent(() => import("./DraftPages"), "Families"),
});
const run = createRoute({
  getParentRoute: () => root,
  path: "/runs/$runId",
  component: lazyRouteComponent(() => import("./RunPage"), "RunPage"),
});
const sites = createRoute({
  getParentRoute: () => root,
  path: "/sites",
  component: Sites,
});
const site = createRoute({ getParentRoute: () => root, path: "/sites/$siteId", component: SitePage });
const data = createRoute({ getParentRoute: () => root, path: "/data", component: DataPage });
const models = createRoute({ getParentRoute: () => root, path: "/models", component: ModelsPage });
const audit = createRoute({ getParentRoute: () => root, path: "/audit", component: Audit });

export const router = createRouter({
  routeTree: root.addChildren([home, runs, newRun, families, run, sites, site, data, models, audit]),
  scrollRestoration: true,
});
