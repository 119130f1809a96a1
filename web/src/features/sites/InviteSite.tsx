import { Button, Group, Modal, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { CopyLine } from "@/components/CopyLine";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import classes from "./InviteSite.module.css";
import { institutionsQuery, useAddInstitution, useInvite } from "./queries";

const NEW = "new-institution";

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** The join code exists on this screen only: the server keeps a hash of it. */
export function InviteSite({ opened, onClose }: Props) {
  const { t } = useTranslation();
  const invite = useInvite();
  const close = () => {
    onClose();
    invite.reset();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t("invite.title")}
      size={560}
      centered
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      {invite.data ? (
        <Code command={invite.data.command} expires={invite.data.expires_at} onClose={close} />
      ) : (
        <Form invite={invite} />
      )}
    </Modal>
  );
}

function Code({ command, expires, onClose }: { command: string; expires: string; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className={classes.form}>
      <p>{t("invite.typeThis")}</p>
      <CopyLine text={command} prompt />
      <p className={classes.note}>{t("invite.once", { time: format.dateTime(expires) })}</p>
      <p className={classes.note}>{t("invite.compare")}</p>
      <Group justify="flex-end">
        <Button onClick={onClose}>{t("action.done")}</Button>
      </Group>
    </div>
  );
}

function Form({ invite }: { invite: ReturnType<typeof useInvite> }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const institutions = useQuery(institutionsQuery);
  const add = useAddInstitution();
  const [picked, setPicked] = useState<string | null>(null);
  const [ko, setKo] = useState("");
  const [en, setEn] = useState("");
  const [site, setSite] = useState("");
  const error = add.error ?? invite.error ?? institutions.error;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (picked === null) return;
    try {
      const id = picked === NEW ? (await add.mutateAsync({ name_ko: ko, name_en: en })).id : picked;
      setPicked(id);
      await invite.mutateAsync({ institution_id: id, site_name: site });
    } catch {
      // Shown below the form from the mutation's own error.
    }
  };

  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)}>
      <Select
        label={t("value.institution")}
        placeholder={t("invite.pick")}
        data={[
          ...(institutions.data ?? []).map((one) => ({ value: one.id, label: codes.name(one) })),
          { value: NEW, label: t("invite.new") },
        ]}
        value={picked}
        onChange={setPicked}
        allowDeselect={false}
      />
      {picked === NEW && (
        <div className={classes.pair}>
          <TextInput label={t("invite.nameKo")} required withAsterisk={false} value={ko} onChange={(event) => setKo(event.currentTarget.value)} />
          <TextInput label={t("invite.nameEn")} required withAsterisk={false} value={en} onChange={(event) => setEn(event.currentTarget.value)} />
        </div>
      )}
      <TextInput
        label={t("invite.siteName")}
        description={t("invite.siteHint")}
        required
        withAsterisk={false}
        value={site}
        onChange={(event) => setSite(event.currentTarget.value)}
      />
      {error && (
        <p className={classes.error} role="alert">
          {codes.problem(error)}
        </p>
      )}
      <Group justify="flex-end">
        <Button type="submit" disabled={picked === null} loading={add.isPending || invite.isPending}>
          {t("invite.create")}
        </Button>
      </Group>
    </form>
  );
}
