import { Button, Group, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "./States";

interface Asked {
  isPending: boolean;
  isError: boolean;
  error: Error | null;
  mutate: (nothing: undefined, then: { onSuccess: () => void }) => void;
}

/** A button for what cannot be taken back: it says what will happen, and does it when told again. */
export function Confirm({
  button,
  icon,
  title,
  text,
  confirm,
  action,
}: {
  button: string;
  icon?: ReactNode;
  title: string;
  text: string;
  confirm: string;
  action: Asked;
}) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" leftSection={icon} onClick={open}>
        {button}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={title}
        centered
        closeButtonProps={{ "aria-label": t("action.close") }}
      >
        <p>{text}</p>
        {action.isError && <Failure error={action.error} />}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close}>
            {t("action.cancel")}
          </Button>
          <Button
            color="red.9"
            loading={action.isPending}
            onClick={() => action.mutate(undefined, { onSuccess: close })}
          >
            {confirm}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
