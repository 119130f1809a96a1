import { useTranslation } from "react-i18next";
import { Confirm } from "@/components/Confirm";
import { Icon } from "@/components/Icon";
import { useStopRun } from "./queries";

export function StopRun({ runId, name }: { runId: string; name: string }) {
  const { t } = useTranslation();
  return (
    <Confirm
      button={t("run.stop.button")}
      icon={<Icon name="stop" />}
      title={t("run.stop.title", { name })}
      text={t("run.stop.text")}
      confirm={t("run.stop.confirm")}
      action={useStopRun(runId)}
    />
  );
}
