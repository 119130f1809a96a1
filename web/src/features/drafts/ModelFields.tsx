import { Button, NumberInput, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Family } from "@/api/hub";
import { shortDigest } from "@/format/format";
import { useFormat } from "@/format/use-format";
import { type Draft, type Problem, read, write } from "./draft";
import classes from "./NewRun.module.css";
import { trunksQuery } from "./queries";
import { withFamily } from "./recipe";
import type { FieldProps } from "./SpecField";
import { useSpecWords } from "./words";

interface FamilyProps extends FieldProps {
  families: readonly Family[];
  draft: Draft;
  onDraft: (draft: Draft) => void;
}

/** The family, with what it is and the way to its recipe. */
export function FamilyField({ field, value, found, families, draft, onDraft }: FamilyProps) {
  const { t, i18n } = useTranslation();
  const words = useSpecWords();
  const chosen = families.find((one) => one.name === value);
  const purpose = chosen?.purpose[i18n.language === "ko" ? "ko" : "en"];
  return (
    <div className={classes.family}>
      <Select
        label={words.label(field)}
        description={purpose ?? words.help(field)}
        error={found ? words.problem(found) : null}
        data={field.choices}
        value={typeof value === "string" ? value : null}
        allowDeselect={false}
        onChange={(name) => {
          const next = families.find((one) => one.name === name);
          if (next) onDraft(withFamily(draft, next));
        }}
      />
      {chosen && (
        <Button variant="default" onClick={() => onDraft(withFamily(draft, chosen))}>
          {t("draft.recipe")}
        </Button>
      )}
    </div>
  );
}

interface OptionsProps {
  family: Family | undefined;
  draft: Draft;
  problems: readonly Problem[];
  onDraft: (draft: Draft) => void;
}

/** The options of the chosen family, from its card. */
export function OptionFields({ family, draft, problems, onDraft }: OptionsProps) {
  const { i18n } = useTranslation();
  const words = useSpecWords();
  return (family?.options ?? []).map((option) => {
    const path = ["model", "options", option.name];
    const value = read(draft, path) ?? option.default;
    const found = problems.find((one) => one.field === path.join("."));
    const outside =
      typeof value === "number" && (value < option.least || value > option.most)
        ? { field: "", problem: "option_range", params: { least: option.least, most: option.most } }
        : undefined;
    const problem = found ?? outside;
    return (
      <NumberInput
        key={option.name}
        label={option.name}
        description={option.meaning[i18n.language === "ko" ? "ko" : "en"]}
        error={problem ? words.problem(problem) : null}
        allowDecimal={option.type === "number"}
        clampBehavior="none"
        hideControls
        value={typeof value === "number" ? value : ""}
        onChange={(next) =>
          onDraft(write(draft, path, next === "" || next === option.default ? undefined : next))
        }
      />
    );
  });
}

/** Weights that somebody has uploaded, newest first. */
export function TrunkField({ field, value, found, onChange }: FieldProps) {
  const { t } = useTranslation();
  const words = useSpecWords();
  const format = useFormat();
  const kept = useQuery(trunksQuery).data ?? [];
  const named = kept.map((one) => ({
    value: one.digest,
    label: `${shortDigest(one.digest)} · ${format.bytes(one.bytes)} · ${format.dateTime(one.added_at)}`,
  }));
  const unknown = typeof value === "string" && !kept.some((one) => one.digest === value);
  return (
    <Select
      label={words.label(field)}
      description={words.help(field)}
      error={found ? words.problem(found) : null}
      placeholder={kept.length > 0 ? t("draft.freshWeights") : t("draft.noTrunk")}
      data={unknown ? [...named, { value, label: shortDigest(value) }] : named}
      value={typeof value === "string" ? value : null}
      onChange={onChange}
      clearable
      clearButtonProps={{ "aria-label": t("draft.freshWeights") }}
    />
  );
}
