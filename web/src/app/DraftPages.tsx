import { useTranslation } from "react-i18next";
import { Page } from "@/components/Page";
import { Message } from "@/components/States";
import { FamiliesPage, NewRunPage } from "@/features/drafts";
import { useIsAdministrator } from "./access";

/** Loaded on demand: the form's words and inputs are for those who begin a run. */
export function NewRun() {
  const { t } = useTranslation();
  if (useIsAdministrator()) return <NewRunPage />;
  return (
    <Page title={t("draft.title")}>
      <Message title={t("states.denied.title")} text={t("draft.denied")} />
    </Page>
  );
}

export function Families() {
  return <FamiliesPage mayPropose={useIsAdministrator()} />;
}
