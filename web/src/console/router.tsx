import { createRootRoute, createRoute, createRouter, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "@/components/Page";
import { Message } from "@/components/States";
import { ConsoleLayout } from "./ConsoleLayout";
import { DatasetsPage } from "./datasets/DatasetsPage";
import { JournalPage } from "./journal/JournalPage";
import { PolicyPage } from "./policy/PolicyPage";
import { PredictionsPage } from "./predictions/PredictionsPage";
import { ReportsPage } from "./reports/ReportsPage";
import { ApprovalsPage } from "./runs/ApprovalsPage";
import { StatusPage } from "./status/StatusPage";

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

const root = createRootRoute({ component: ConsoleLayout, notFoundComponent: NotFound });

const pages = [
  { path: "/", component: StatusPage },
  { path: "/datasets", component: DatasetsPage },
  { path: "/approvals", component: ApprovalsPage },
  { path: "/policy", component: PolicyPage },
  { path: "/journal", component: JournalPage },
  { path: "/reports", component: ReportsPage },
  { path: "/predictions", component: PredictionsPage },
];

export const router = createRouter({
  routeTree: root.addChildren(
    pages.map((page) => createRoute({ getParentRoute: () => root, ...page })),
  ),
  scrollRestoration: true,
});
