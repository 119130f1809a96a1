import { Button, Group, Loader, Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Sketch.module.css";
import { useEditor } from "./use-editor";

interface Props {
  /** The structure to edit; empty for a new one. */
  smiles: string;
  /** Where it stands in the list, from 1; `null` for a new one. */
  line: number | null;
  onWrite: (smiles: string) => void;
  onClose: () => void;
}

/** A place to draw a structure. It stays in the browser until predictions are asked for. */
export function SketchDialog({ smiles, line, onWrite, onClose }: Props) {
  const { t } = useTranslation();
  const phone = useMediaQuery("(max-width: 48em)");
  const { place, editor, state, drawn } = useEditor(smiles);
  const [refused, setRefused] = useState<"empty" | "ambiguous" | null>(null);
  const [added, setAdded] = useState(0);

  /** Hands the drawing over, if there is one. */
  const write = (then: () => void) => {
    const found = editor.current?.smiles() ?? null;
    if (!found) return setRefused(found === "" ? "empty" : "ambiguous");
    setRefused(null);
    onWrite(found);
    then();
  };
  const again = () => {
    editor.current?.clear();
    setAdded(added + 1);
  };
  const notice =
    refused ?? (state === "unreadable" ? "unreadable" : state === "bentRing" ? "bentRing" : null);

  return (
    <Modal
      opened
      onClose={() => {
        // Escape in a dialog of the editor closes that one only.
        if (!editor.current?.asks()) onClose();
      }}
      closeOnClickOutside={false}
      fullScreen={phone ?? false}
      size="xl"
      title={line === null ? t("sketch.draw") : t("sketch.edit", { line })}
      closeButtonProps={{ "aria-label": t("action.close") }}
      transitionProps={{ duration: 0 }}
      centered
    >
      <div className={classes.sketch}>
        <p className={classes.hint} id="sketch-hint">
          {t("sketch.hint")}
        </p>
        {state === "failed" ? (
          <p className={classes.notice} role="alert">
            {t("sketch.failed")}
          </p>
        ) : (
          <div className={classes.frame}>
            {state === "loading" && <Loader className={classes.loader ?? ""} />}
            <div
              ref={place}
              className={classes.editor}
              role="group"
              aria-label={t("sketch.editor")}
              aria-describedby="sketch-hint"
            />
          </div>
        )}
        <code className={classes.smiles}>{drawn || t("sketch.nothing")}</code>
        {notice && (
          <p className={classes.notice} role="alert">
            {t(`sketch.${notice}`)}
          </p>
        )}
        <Group justify="flex-end">
          {added > 0 && (
            <span className={classes.hint} role="status">
              {t("sketch.added", { count: added })}
            </span>
          )}
          <Button variant="default" onClick={onClose}>
            {t(added > 0 ? "action.close" : "action.cancel")}
          </Button>
          {line === null && (
            <Button variant="default" disabled={state === "loading"} onClick={() => write(again)}>
              {t("sketch.another")}
            </Button>
          )}
          <Button disabled={state === "loading"} onClick={() => write(onClose)}>
            {t(line === null ? "sketch.add" : "sketch.replace")}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
