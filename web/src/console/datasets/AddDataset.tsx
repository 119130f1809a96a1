import { Button, FileButton, Group, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCodes } from "@/i18n/codes";
import { useAddDataset, usePreview } from "../queries";
import classes from "./AddDataset.module.css";
import { mappingOf, type Uses, usesOf } from "./mapping";
import { MappingPreview } from "./MappingPreview";

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** File, then what its columns mean, then a name. The file goes to this machine's vault only. */
export function AddDataset({ opened, onClose }: Props) {
  const { t } = useTranslation();
  const codes = useCodes();
  const preview = usePreview();
  const add = useAddDataset();
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState("");
  const [uses, setUses] = useState<Uses>({});
  const mapping = mappingOf(uses, preview.data?.mapping ?? null);
  const error = preview.error ?? add.error;

  const close = () => {
    onClose();
    preview.reset();
    add.reset();
    setFile(null);
    setName("");
  };
  const pick = (picked: File | null) => {
    if (!picked) return;
    setFile(picked);
    setName(picked.name.replace(/\.[^.]+$/, "").toLowerCase());
    preview.mutate(picked, { onSuccess: (answer) => setUses(usesOf(answer)) });
  };

  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t("console.datasets.add")}
      size={720}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <div className={classes.form}>
        <p className={classes.note}>{t("console.datasets.stays")}</p>
        <Group>
          <FileButton onChange={pick} accept=".csv,.tsv,.txt,.gz,.sdf,.parquet,.xlsx">
            {(props) => (
              <Button {...props} variant="default" loading={preview.isPending}>
                {t("console.datasets.pick")}
              </Button>
            )}
          </FileButton>
          {file && <span>{file.name}</span>}
        </Group>
        {preview.data && (
          <>
            <MappingPreview preview={preview.data} uses={uses} onChange={setUses} />
            <TextInput
              label={t("console.datasets.name")}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          </>
        )}
        {error && (
          <p className={classes.error} role="alert">
            {codes.problem(error)}
          </p>
        )}
        {preview.data && file && (
          <Group justify="flex-end">
            {!mapping && <p className={classes.note}>{t("console.datasets.incomplete")}</p>}
            <Button
              disabled={name.trim() === "" || !mapping}
              loading={add.isPending}
              onClick={() =>
                mapping && add.mutate({ file, name: name.trim(), mapping }, { onSuccess: close })
              }
            >
              {t("console.datasets.import")}
            </Button>
          </Group>
        )}
      </div>
    </Modal>
  );
}
