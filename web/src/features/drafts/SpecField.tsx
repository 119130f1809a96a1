import { NumberInput, Select, Switch, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { type Problem, problemOf } from "./draft";
import type { Field } from "./schema";
import { useSpecWords } from "./words";

export interface FieldProps {
  field: Field;
  /** What the draft says, or the default. */
  value: unknown;
  /** What the hub's check has found here. */
  found?: Problem | undefined;
  onChange: (value: unknown) => void;
}

/** One field, drawn from its schema. */
export function SpecField({ field, value, found, onChange }: FieldProps) {
  const words = useSpecWords();
  const problem = found ?? (value === field.initial ? null : problemOf(field, value));
  const shared = {
    label: words.label(field),
    description: words.help(field),
    error: problem ? words.problem(problem) : null,
    required: field.required,
    withAsterisk: field.required,
  };
  switch (field.kind) {
    case "fixed":
      return <TextInput {...shared} error={null} readOnly variant="filled" value={String(field.initial)} />;
    case "switch":
      return (
        <Switch
          label={shared.label}
          description={shared.description}
          error={shared.error}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "choice":
      return (
        <Select
          {...shared}
          data={field.choices.map((choice) => ({ value: choice, label: words.choice(field, choice) }))}
          value={typeof value === "string" ? value : null}
          onChange={onChange}
          allowDeselect={field.optional}
        />
      );
    case "number":
    case "integer":
      return (
        <NumberInput
          {...shared}
          value={typeof value === "number" || typeof value === "string" ? value : ""}
          onChange={onChange}
          allowDecimal={field.kind === "number"}
          allowNegative={(field.bounds.minimum ?? field.bounds.exclusiveMinimum ?? -1) < 0}
          clampBehavior="none"
          hideControls
        />
      );
    case "text":
      return (
        <TextInput
          {...shared}
          value={typeof value === "string" ? value : ""}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    default:
      return <JsonField {...shared} value={value} onChange={onChange} />;
  }
}

interface JsonProps {
  label: string;
  description: string;
  error: string | null;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** What has no input of its own, as JSON; it is taken over whenever it can be read. */
function JsonField({ label, description, error, value, onChange }: JsonProps) {
  const words = useSpecWords();
  const [text, setText] = useState<string | null>(null);
  const shown = value === undefined ? "" : JSON.stringify(value);
  const unreadable = text !== null && parsed(text) === null;
  return (
    <Textarea
      label={label}
      description={description}
      error={unreadable ? words.problem({ field: "", problem: "json_invalid", params: {} }) : error}
      autosize
      minRows={1}
      styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
      placeholder="{}"
      value={text ?? shown}
      onChange={(event) => {
        const written = event.currentTarget.value;
        const read = parsed(written);
        setText(written);
        if (read) onChange(read.value);
      }}
      onBlur={() => !unreadable && setText(null)}
    />
  );
}

function parsed(text: string): { value: unknown } | null {
  if (text.trim() === "") return { value: undefined };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}
