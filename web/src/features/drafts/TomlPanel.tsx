import { Button, FileButton, Group, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CopyLine } from "@/components/CopyLine";
import { Icon } from "@/components/Icon";
import { Panel } from "@/components/Panel";
import { save } from "@/components/predictions/save";
import classes from "./NewRun.module.css";

interface Props {
  text: string;
  busy: boolean;
  /** Fills the form from a text, TOML or JSON. */
  onApply: (text: string) => Promise<boolean>;
}

const FILE = "run.toml";

/** The same specification as a file: it follows the form, and the form follows what is put in here. */
export function TomlPanel({ text, busy, onApply }: Props) {
  const { t } = useTranslation();
  const [edited, setEdited] = useState<string | null>(null);
  const apply = async (written: string) => {
    if (await onApply(written)) setEdited(null);
    else setEdited(written);
  };
  return (
    <Panel
      title={t("draft.toml.title")}
      actions={
        <Group gap={6}>
          <FileButton accept=".toml,.json" onChange={(file) => void file?.text().then(apply)}>
            {(props) => (
              <Button {...props} variant="default">
                {t("draft.toml.open")}
              </Button>
            )}
          </FileButton>
          <Button
            variant="default"
            leftSection={<Icon name="download" size={13} />}
            onClick={() => save(new Blob([text], { type: "application/toml" }), FILE)}
          >
            {t("draft.toml.download")}
          </Button>
        </Group>
      }
    >
      <Textarea
        aria-label={t("draft.toml.label")}
        autosize
        minRows={6}
        maxRows={26}
        spellCheck={false}
        classNames={{ input: classes.toml }}
        value={edited ?? text}
        onChange={(event) => setEdited(event.currentTarget.value)}
      />
      {edited !== null && (
        <Group justify="flex-end" gap={6} mt="xs">
          <Button variant="default" onClick={() => setEdited(null)}>
            {t("draft.toml.discard")}
          </Button>
          <Button loading={busy} onClick={() => void apply(edited)}>
            {t("draft.toml.apply")}
          </Button>
        </Group>
      )}
      <p className={classes.hint}>{t("draft.toml.simulate")}</p>
      <CopyLine text={`fdd simulate ${FILE}`} prompt />
    </Panel>
  );
}
