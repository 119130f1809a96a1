import { useTranslation } from "react-i18next";
import fields from "@/i18n/run-spec.json";
import type { Problem } from "./draft";
import type { Field } from "./schema";

interface Words {
  label: string;
  help: string;
}

/** Written by `scripts/reference.py` from the words of the manual. */
const FIELDS: Record<string, { en: Words; ko: Words } | undefined> = fields;

/** Words about a specification; a field that nobody has named keeps those of its schema. */
export function useSpecWords() {
  const { t, i18n } = useTranslation();
  const language = i18n.language === "ko" ? "ko" : "en";
  const other = (code: string) => t("draft.problems.other", { code });
  return {
    label: (field: Field) => FIELDS[field.name]?.[language].label ?? field.title,
    help: (field: Field) => plain(FIELDS[field.name]?.[language].help ?? field.description),
    name: (dotted: string) => FIELDS[dotted.replace(/\.\d+(?=\.|$)/g, "[]")]?.[language].label ?? dotted,
    section: (name: string) => (i18n.exists(`draft.sections.${name}`) ? t(`draft.sections.${name}`) : name),
    problem: ({ problem, params }: Problem) =>
      i18n.exists(`draft.problems.${problem}`) ? t(`draft.problems.${problem}`, params) : other(problem),
    warning: ({ warning, params }: { warning: string; params: Problem["params"] }) =>
      i18n.exists(`draft.warnings.${warning}`) ? t(`draft.warnings.${warning}`, params) : other(warning),
    choice: (field: Field, value: string) => {
      const key = `${field.name.replaceAll(".", "_")}_${value}`;
      return i18n.exists(`draft.choices.${key}`) ? t(`draft.choices.${key}`) : value;
    },
  };
}

/** The manual's help marks names as code; a form's description is plain text. */
function plain(text: string): string {
  return text.replaceAll("`", "");
}
