import { Drawer } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RunDetail } from "@/api/hub";
import { CopyLine } from "@/components/CopyLine";
import { JsonText } from "@/components/JsonText";

interface Props {
  run: RunDetail;
  opened: boolean;
  onClose: () => void;
}

/** The exact specification that the sites signed. */
export function SpecDrawer({ run, opened, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size={520}
      title={t("run.spec")}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <p style={{ color: "var(--fdd-muted)", marginBottom: 8 }}>{t("run.specNote")}</p>
      <CopyLine text={run.spec_digest} />
      <JsonText value={run.spec} />
    </Drawer>
  );
}
