import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Site } from "@/api/hub";
import { Confirm } from "@/components/Confirm";
import { CopyLine } from "@/components/CopyLine";
import { Failure } from "@/components/States";
import { useFormat } from "@/format/use-format";
import { useCordon, useReplaceSite, useRevoke } from "./queries";

/** What an administrator can do with a site that has joined. */
export function SiteActions({ site }: { site: Site }) {
  const { t } = useTranslation();
  const cordon = useCordon(site.site_id);
  return (
    <>
      {site.cordon_reason === null ? (
        <CordonSite site={site} />
      ) : (
        <Button variant="default" loading={cordon.isPending} onClick={() => cordon.mutate(null)}>
          {t("sites.uncordon")}
        </Button>
      )}
      <ReplaceSite site={site} />
      {site.state !== "revoked" && <RevokeSite site={site} />}
    </>
  );
}

function CordonSite({ site }: { site: Site }) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const [reason, setReason] = useState("");
  const cordon = useCordon(site.site_id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    cordon.mutate(reason, { onSuccess: close });
  };
  return (
    <>
      <Button variant="default" onClick={open}>
        {t("sites.cordon.button")}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t("sites.cordon.title", { name: site.name })}
        centered
        closeButtonProps={{ "aria-label": t("action.close") }}
      >
        <form onSubmit={submit}>
          <TextInput
            label={t("sites.cordon.reason")}
            description={t("sites.cordon.text")}
            required
            withAsterisk={false}
            maxLength={200}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          {cordon.isError && <Failure error={cordon.error} />}
          <Group justify="flex-end" mt="lg">
            <Button type="submit" loading={cordon.isPending}>
              {t("sites.cordon.button")}
            </Button>
          </Group>
        </form>
      </Modal>
    </>
  );
}

function ReplaceSite({ site }: { site: Site }) {
  const { t } = useTranslation();
  const format = useFormat();
  const replace = useReplaceSite(site.site_id);
  return (
    <>
      <Button variant="default" loading={replace.isPending} onClick={() => replace.mutate()}>
        {t("sites.replace.button")}
      </Button>
      <Modal
        opened={replace.data !== undefined || replace.isError}
        onClose={replace.reset}
        title={t("sites.replace.title", { name: site.name })}
        size={560}
        centered
        closeButtonProps={{ "aria-label": t("action.close") }}
      >
        {replace.isError && <Failure error={replace.error} />}
        {replace.data && (
          <>
            <p>{t("sites.replace.text")}</p>
            <CopyLine text={replace.data.command} prompt />
            <p>{t("invite.once", { time: format.dateTime(replace.data.expires_at) })}</p>
          </>
        )}
      </Modal>
    </>
  );
}

function RevokeSite({ site }: { site: Site }) {
  const { t } = useTranslation();
  return (
    <Confirm
      button={t("sites.revoke.button")}
      title={t("sites.revoke.title", { name: site.name })}
      text={t("sites.revoke.text")}
      confirm={t("sites.revoke.button")}
      action={useRevoke(site.site_id)}
    />
  );
}
