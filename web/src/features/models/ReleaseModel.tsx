import { Button, Group, Modal, NumberInput, Textarea, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReleasedModel, RunDetail } from "@/api/hub";
import { Confirm } from "@/components/Confirm";
import { Failure } from "@/components/States";
import { modelsQuery, useRelease, useWithdraw } from "./queries";

/** Who administers lets everyone ask the model of a run, under a licence and within a budget. */
export function ReleaseModel({ run }: { run: RunDetail }) {
  const { t } = useTranslation();
  const released = useQuery(modelsQuery).data?.find((model) => model.run_id === run.run_id);
  const withdraw = useWithdraw(run.run_id);
  if (!run.model || !run.spec.endpoints.some((endpoint) => endpoint.head === "shared")) return null;
  return (
    <>
      <Form key={released?.released_at ?? ""} run={run} released={released} />
      {released && (
        <Confirm
          button={t("models.withdraw.button")}
          title={t("models.withdraw.title", { name: run.name })}
          text={t("models.withdraw.text")}
          confirm={t("models.withdraw.confirm")}
          action={withdraw}
        />
      )}
    </>
  );
}

function Form({ run, released }: { run: RunDetail; released: ReleasedModel | undefined }) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const [licence, setLicence] = useState(released?.licence ?? "");
  const [terms, setTerms] = useState(released?.terms ?? "");
  const [budget, setBudget] = useState(released?.budget ?? 300);
  const release = useRelease(run.run_id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    release.mutate({ licence: licence.trim(), terms, budget }, { onSuccess: close });
  };
  return (
    <>
      <Button variant="default" onClick={open}>
        {t(released ? "models.release.again" : "models.release.button")}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t("models.release.title", { name: run.name })}
        centered
        closeButtonProps={{ "aria-label": t("action.close") }}
      >
        <form onSubmit={submit}>
          <p>{t("models.release.text")}</p>
          <TextInput
            label={t("models.release.licence")}
            placeholder="CC-BY-NC-4.0"
            required
            maxLength={64}
            value={licence}
            onChange={(event) => setLicence(event.currentTarget.value)}
          />
          <Textarea
            label={t("models.release.terms")}
            autosize
            minRows={2}
            maxRows={8}
            maxLength={4000}
            value={terms}
            onChange={(event) => setTerms(event.currentTarget.value)}
          />
          <NumberInput
            label={t("models.release.budget")}
            min={1}
            max={1_000_000}
            value={budget}
            onChange={(value) => setBudget(typeof value === "number" ? value : budget)}
          />
          {release.isError && <Failure error={release.error} />}
          <Group justify="flex-end" mt="lg">
            <Button type="submit" loading={release.isPending}>
              {t("models.release.button")}
            </Button>
          </Group>
        </form>
      </Modal>
    </>
  );
}
