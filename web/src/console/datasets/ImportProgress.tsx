import { Button, Group, Progress } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Preparing } from "@/api/console";
import { useFormat } from "@/format/use-format";
import classes from "./AddDataset.module.css";

interface Props {
  /** `null` while the file is read, before the first structure. */
  progress: Preparing | null;
  onCancel: () => void;
}

/** How far an import is, and the way out of it. */
export function ImportProgress({ progress, onCancel }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = progress && progress.of > 0 ? progress.done / progress.of : 0;
  const text =
    progress === null
      ? t("console.datasets.reading")
      : share < 1
        ? t("console.datasets.preparing", {
            done: format.number(progress.done),
            of: format.number(progress.of),
          })
        : t("console.datasets.checking");
  return (
    <div className={classes.form}>
      <p className={classes.note} role="status">
        {text}
      </p>
      <Progress
        value={share > 0 && share < 1 ? share * 100 : 100}
        animated={share === 0 || share === 1}
        size={6}
        aria-label={t("console.datasets.progress")}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          {t("console.datasets.stop")}
        </Button>
      </Group>
    </div>
  );
}
