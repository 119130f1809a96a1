import { CopyButton, Tooltip, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./CopyLine.module.css";
import { Icon } from "./Icon";

/** A command or code to take along: monospaced, with a copy button. */
export function CopyLine({ text, prompt = false }: { text: string; prompt?: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={classes.line}>
      <code className={classes.text} data-prompt={prompt}>
        {text}
      </code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t("action.copied") : t("action.copy")}>
            <UnstyledButton className={classes.button} onClick={copy} aria-label={t("action.copy")}>
              <Icon name={copied ? "check" : "copy"} />
            </UnstyledButton>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}
