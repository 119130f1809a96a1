import { Button, Group, Loader, Modal } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { DatasetChange, FindingTitle } from "@/api/console";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { useCorrection } from "../queries";
import classes from "./DatasetCard.module.css";

/** What is asked of a dataset: the correction of a finding, or a correction taken off again. */
export type Asked = { finding: string; undo?: never } | { undo: number; finding?: never };

interface Props {
  dataset: string;
  asked: Asked;
  onClose: () => void;
}

/** Shows what a correction changes before a new version is made of it. */
export function CorrectionDialog({ dataset, asked, onClose }: Props) {
  const { t } = useTranslation();
  const codes = useCodes();
  const preview = useCorrection();
  const make = useCorrection();
  const look = preview.mutate;
  useEffect(() => look({ name: dataset, ...asked, make: false }), [look, dataset, asked]);
  const error = preview.error ?? make.error;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(asked.undo ? "console.datasets.fix.undoTitle" : "console.datasets.fix.title")}
      size={560}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      {preview.isPending && (
        <Group>
          <Loader size="sm" />
          <span>{t("console.datasets.fix.looking")}</span>
        </Group>
      )}
      {preview.data && <Change change={preview.data} />}
      {error && <p role="alert">{codes.problem(error)}</p>}
      <p className={classes.text}>{t("console.datasets.fix.kept")}</p>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          {t("action.cancel")}
        </Button>
        <Button
          disabled={!preview.data}
          loading={make.isPending}
          onClick={() =>
            make.mutate({ name: dataset, ...asked, make: true }, { onSuccess: onClose })
          }
        >
          {t("console.datasets.fix.make")}
        </Button>
      </Group>
    </Modal>
  );
}

function Change({ change }: { change: DatasetChange }) {
  const { t, i18n } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const titles = (findings: FindingTitle[]) =>
    findings.map((it) => (i18n.language === "ko" ? it.title_ko : it.title_en)).join("; ") || "–";
  const pair = ([before, after]: [number, number]) =>
    `${format.number(before)} → ${format.number(after)}`;
  return (
    <dl className={classes.change}>
      <dt>{t("console.datasets.fix.rows")}</dt>
      <dd>{pair(change.rows)}</dd>
      {Object.entries(change.molecules).map(([endpoint, counts]) => (
        <Pair key={endpoint} name={codes.endpoint(endpoint)} value={pair(counts)} />
      ))}
      <Pair name={t("console.datasets.fix.gone")} value={titles(change.gone)} />
      <Pair name={t("console.datasets.fix.new")} value={titles(change.new)} />
      <Pair name={t("console.datasets.fix.admitted")} value={change.admitted.map(codes.endpoint).join("; ") || "–"} />
    </dl>
  );
}

function Pair({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
