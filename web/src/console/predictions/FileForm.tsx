import { Button, FileButton, Group, Progress, Select } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "@/components/predictions/Predictions.module.css";
import { save } from "@/components/predictions/save";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { FORMATS, usePredictFile } from "../queries";
import { FileSummary } from "./FileSummary";

type Ending = (typeof FORMATS)[number];

interface Props {
  runId: string;
  units: Record<string, string>;
}

/** Predicts a file, says how far it is, and what came of it. */
export function FileForm({ runId, units }: Props) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const file = usePredictFile();
  const [ending, setEnding] = useState<Ending>("csv");
  const [share, setShare] = useState(0);
  const stop = useRef<AbortController>(null);
  const stopped = file.error instanceof DOMException && file.error.name === "AbortError";

  const predict = (picked: File | null) => {
    if (!picked) return;
    const control = (stop.current = new AbortController());
    setShare(0);
    file.mutate(
      { runId, file: picked, ending, units, onProgress: setShare, signal: control.signal },
      { onSuccess: ({ content, name }) => save(content, name) },
    );
  };

  return (
    <div className={classes.form}>
      <Group gap={8} align="flex-end">
        <FileButton
          accept=".csv,.tsv,.txt,.smi,.smiles,.gz,.sdf,.parquet,.xlsx"
          onChange={predict}
        >
          {(props) => (
            <Button {...props} variant="default" loading={file.isPending}>
              {t("console.predictions.file")}
            </Button>
          )}
        </FileButton>
        <Select
          w={110}
          aria-label={t("console.predictions.format")}
          data={FORMATS.map((value) => ({ value, label: value.toUpperCase() }))}
          value={ending}
          allowDeselect={false}
          onChange={(picked) => picked && setEnding(picked as Ending)}
        />
        {file.isPending && (
          <Button variant="subtle" onClick={() => stop.current?.abort()}>
            {t("console.predictions.stop")}
          </Button>
        )}
      </Group>
      {file.isPending && (
        <>
          <p className={classes.muted} role="status">
            {share === 0
              ? t("console.predictions.reading")
              : t("console.predictions.share", { share: format.percent(share) })}
          </p>
          <Progress
            value={share > 0 ? share * 100 : 100}
            animated={share === 0}
            size={6}
            aria-label={t("console.predictions.progress")}
          />
        </>
      )}
      {file.error && !stopped && (
        <p className={classes.error} role="alert">
          {codes.problem(file.error)}
        </p>
      )}
      {file.data && <FileSummary made={file.data} />}
    </div>
  );
}
