import { Button, FileButton, Group, Modal, TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ColumnMapping, Preparing } from "@/api/console";
import { useCodes } from "@/i18n/codes";
import { useAddDataset, usePreview } from "../queries";
import classes from "./AddDataset.module.css";
import { mappingOf, type Uses, usesOf } from "./mapping";
import { ImportProgress } from "./ImportProgress";
import { MappingPreview } from "./MappingPreview";

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** A name that the vault takes: lower-case letters, digits, dots and dashes. */
function nameOf(file: File): string {
  const plain = file.name.replace(/\.(gz|[^.]+)$/, "").toLowerCase();
  return plain.replace(/[^a-z0-9._-]+/g, "-").replace(/^[._-]+|[._-]+$/g, "");
}

/**
 * Files, then what their columns mean, then a name. They go to this machine's vault only; several
 * are declared splits of one dataset, and the first one shows what the columns mean.
 */
export function AddDataset({ opened, onClose }: Props) {
  const { t } = useTranslation();
  const codes = useCodes();
  const preview = usePreview();
  const add = useAddDataset();
  const [files, setFiles] = useState<File[]>([]);
  const [name, setName] = useState("");
  const [uses, setUses] = useState<Uses>({});
  const [progress, setProgress] = useState<Preparing | null>(null);
  const running = useRef<AbortController | null>(null);
  const mapping = mappingOf(uses, preview.data?.mapping ?? null);
  const error = preview.error ?? add.error;

  const stopped = error instanceof DOMException && error.name === "AbortError";

  const close = () => {
    onClose();
    running.current?.abort();
    preview.reset();
    add.reset();
    setFiles([]);
    setName("");
  };
  const bring = (known: ColumnMapping) => {
    running.current = new AbortController();
    setProgress(null);
    add.mutate(
      {
        files,
        name: name.trim(),
        mapping: known,
        onProgress: setProgress,
        signal: running.current.signal,
      },
      { onSuccess: close },
    );
  };
  const pick = (picked: File[]) => {
    const [first] = picked;
    if (!first) return;
    setFiles(picked);
    setName(nameOf(first));
    preview.mutate(first, { onSuccess: (answer) => setUses(usesOf(answer)) });
  };

  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t("console.datasets.add")}
      size={720}
      closeOnClickOutside={!add.isPending}
      closeOnEscape={!add.isPending}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <div className={classes.form}>
        <p className={classes.note}>{t("console.datasets.stays")}</p>
        <Group>
          <FileButton multiple onChange={pick} accept=".csv,.tsv,.txt,.smi,.smiles,.gz,.sdf,.parquet,.xlsx,.sql">
            {(props) => (
              <Button {...props} variant="default" loading={preview.isPending}>
                {t("console.datasets.pick")}
              </Button>
            )}
          </FileButton>
          <span>{files.map((file) => file.name).join(" + ")}</span>
        </Group>
        {files.length > 1 && <p className={classes.note}>{t("console.datasets.splits")}</p>}
        {preview.data && (
          <>
            <MappingPreview preview={preview.data} uses={uses} onChange={setUses} />
            <TextInput
              label={t("console.datasets.name")}
              description={t("console.datasets.nameRule")}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          </>
        )}
        {error && (
          <p className={classes.error} role="alert">
            {stopped ? t("console.datasets.stopped") : codes.problem(error)}
          </p>
        )}
        {add.isPending && <ImportProgress progress={progress} onCancel={() => running.current?.abort()} />}
        {preview.data && files.length > 0 && !add.isPending && (
          <Group justify="flex-end">
            {!mapping && <p className={classes.note}>{t("console.datasets.incomplete")}</p>}
            <Button
              disabled={name.trim() === "" || !mapping}
              onClick={() => mapping && bring(mapping)}
            >
              {t("console.datasets.import")}
            </Button>
          </Group>
        )}
      </div>
    </Modal>
  );
}
