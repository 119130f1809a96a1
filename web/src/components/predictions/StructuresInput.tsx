import { Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./Predictions.module.css";

interface Props {
  text: string;
  onText: (text: string) => void;
}

/** Structures that a person types or pastes, one a line. */
export function StructuresInput({ text, onText }: Props) {
  const { t } = useTranslation();
  return (
    <Textarea
      label={t("predictions.structures")}
      autosize
      minRows={3}
      maxRows={10}
      spellCheck={false}
      classNames={{ input: classes.smiles ?? "" }}
      placeholder="CC(=O)Oc1ccccc1C(=O)O"
      value={text}
      onChange={(event) => onText(event.currentTarget.value)}
    />
  );
}
