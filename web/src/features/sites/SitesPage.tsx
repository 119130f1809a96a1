import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { Icon } from "@/components/Icon";
import { Page } from "@/components/Page";
import { InviteSite } from "./InviteSite";
import { RosterPanel } from "./RosterPanel";
import { SitesTable } from "./SitesTable";

export function SitesPage({ mayInvite }: { mayInvite: boolean }) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <Page
      title={t("nav.sites")}
      note={t("sites.note")}
      actions={
        mayInvite && (
          <Button leftSection={<Icon name="plus" />} onClick={open}>
            {t("invite.button")}
          </Button>
        )
      }
    >
      <SitesTable />
      <RosterPanel mayPublish={mayInvite} />
      <InviteSite opened={opened} onClose={close} />
    </Page>
  );
}
