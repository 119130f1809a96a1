import { Button, Group, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { Icon } from "@/components/Icon";
import { Failure } from "@/components/States";
import { useStopRun } from "./queries";

export function StopRun({ runId, name }: { runId: string; name: string }) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const stop = useStopRun(runId);
  return (
    <>
      <Button variant="default" leftSection={<Icon name="stop" />} onClick={open}>
        {t("run.stop.button")}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t("run.stop.title", { name })}
        centered
        closeButtonProps={{ "aria-label": t("action.close") }}
      >
        <p>{t("run.stop.text")}</p>
        {stop.isError && <Failure error={stop.error} />}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close}>
            {t("action.cancel")}
          </Button>
          <Button
            color="red.9"
            loading={stop.isPending}
            onClick={() => stop.mutate(undefined, { onSuccess: close })}
          >
            {t("run.stop.confirm")}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
