import { Button, Group, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "@/components/Icon";
import { SketchDialog } from "@/components/sketch/SketchDialog";
import classes from "./Predictions.module.css";
import { added, lineAt, replaced, type Place } from "./text";

interface Props {
  text: string;
  onText: (text: string) => void;
}

/** Structures that a person types, pastes or draws, one a line. */
export function StructuresInput({ text, onText }: Props) {
  const { t } = useTranslation();
  const [caret, setCaret] = useState(0);
  const [drawing, setDrawing] = useState<Place | "new" | null>(null);
  const place = lineAt(text, caret);
  const edited = drawing === "new" ? null : drawing;

  return (
    <div className={classes.structures}>
      <Textarea
        label={t("predictions.structures")}
        autosize
        minRows={3}
        maxRows={10}
        spellCheck={false}
        classNames={{ input: classes.smiles ?? "" }}
        placeholder="CC(=O)Oc1ccccc1C(=O)O aspirin"
        value={text}
        onChange={(event) => {
          onText(event.currentTarget.value);
          setCaret(event.currentTarget.selectionStart);
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
      />
      <Group gap={8}>
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="draw" size={13} />}
          onClick={() => setDrawing("new")}
        >
          {t("sketch.draw")}
        </Button>
        {place && (
          <Button size="xs" variant="default" onClick={() => setDrawing(place)}>
            {t("sketch.edit", { line: place.line })}
          </Button>
        )}
      </Group>
      {drawing && (
        <SketchDialog
          smiles={edited?.structure ?? ""}
          line={edited?.line ?? null}
          onWrite={(smiles) => onText(edited ? replaced(text, edited, smiles) : added(text, smiles))}
          onClose={() => setDrawing(null)}
        />
      )}
    </div>
  );
}
