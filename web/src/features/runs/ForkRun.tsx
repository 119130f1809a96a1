import { Button, Group, Modal, NumberInput, Select } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Round, RunDetail } from "@/api/hub";
import { Failure } from "@/components/States";
import { useForkRun } from "./queries";

const BEST = "best";

/** A new run from the model of a round; its sites decide about it anew. */
export function ForkRun({ run, rounds }: { run: RunDetail; rounds: readonly Round[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [opened, { open, close }] = useDisclosure(false);
  const [from, setFrom] = useState<string>(BEST);
  const [more, setMore] = useState(run.rounds);
  const fork = useForkRun(run.run_id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const training = { ...run.spec.training, rounds: more };
    fork.mutate(
      { round: from === BEST ? null : Number(from), changes: { training } },
      { onSuccess: (made) => void navigate({ to: "/runs/$runId", params: { runId: made.run_id } }) },
    );
  };
  return (
    <>
      <Button variant="default" onClick={open}>
        {t("run.fork.button")}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t("run.fork.title", { name: run.name })}
        centered
        closeButtonProps={{ "aria-label": t("action.close") }}
      >
        <form onSubmit={submit}>
          <p>{t("run.fork.text")}</p>
          <Select
            label={t("run.fork.from")}
            data={[
              { value: BEST, label: t("run.fork.best") },
              ...rounds.map((one) => ({ value: String(one.round), label: t("run.bar.round", { round: one.round }) })),
            ]}
            value={from}
            onChange={(value) => setFrom(value ?? BEST)}
            allowDeselect={false}
          />
          <NumberInput
            label={t("run.rounds")}
            min={1}
            max={10_000}
            value={more}
            onChange={(value) => setMore(typeof value === "number" ? value : run.rounds)}
          />
          {fork.isError && <Failure error={fork.error} />}
          <Group justify="flex-end" mt="lg">
            <Button type="submit" loading={fork.isPending}>
              {t("run.fork.button")}
            </Button>
          </Group>
        </form>
      </Modal>
    </>
  );
}
