/** The fields of a form, read from a JSON Schema: a new field of the specification appears by itself. */

export interface JsonSchema {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  patternProperties?: Record<string, JsonSchema>;
  required?: string[];
  pattern?: string;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
}

export type Kind = "text" | "number" | "integer" | "switch" | "choice" | "fixed" | "list" | "json";

export interface Field {
  /** Dotted, as in `training.rounds`. */
  name: string;
  path: readonly string[];
  kind: Kind;
  choices: string[];
  required: boolean;
  /** Whether the field may also be left without any value. */
  optional: boolean;
  initial: unknown;
  title: string;
  description: string;
  bounds: JsonSchema;
}

export interface Section {
  /** Empty for the fields of the run itself. */
  name: string;
  fields: Field[];
}

const NUMBERS: Record<string, Kind> = { integer: "integer", number: "number", boolean: "switch", string: "text" };

/** Fields of the run itself first, then one section for each part of it. */
export function sectionsOf(schema: JsonSchema): Section[] {
  const resolve = (part: JsonSchema): JsonSchema =>
    part.$ref ? { ...schema.$defs?.[part.$ref.split("/").at(-1) ?? ""], ...part } : part;

  const read = (part: JsonSchema, path: readonly string[], given: unknown, required: boolean): Field => {
    const options = part.anyOf?.filter((option) => option.type !== "null");
    const only = options?.length === 1 ? { ...part, ...options[0] } : part;
    const choices = (only.enum ?? []).filter((choice) => typeof choice === "string");
    return {
      name: path.join("."),
      path,
      kind: kindOf(only, choices),
      choices,
      required,
      optional: part.anyOf?.some((option) => option.type === "null") ?? false,
      initial: given ?? part.default ?? only.const,
      title: part.title ?? path.at(-1) ?? "",
      description: part.description ?? "",
      bounds: only,
    };
  };

  const own: Section = { name: "", fields: [] };
  const parts: Section[] = [];
  for (const [name, raw] of Object.entries(schema.properties ?? {})) {
    const part = resolve(raw);
    if (!part.properties) {
      own.fields.push(read(part, [name], undefined, schema.required?.includes(name) ?? false));
      continue;
    }
    const given = (raw.default ?? {}) as Record<string, unknown>;
    const fields = Object.entries(part.properties).map(([inner, field]) =>
      read(resolve(field), [name, inner], given[inner], part.required?.includes(inner) ?? false),
    );
    parts.push({ name, fields });
  }
  return [own, ...parts];
}

function kindOf(part: JsonSchema, choices: string[]): Kind {
  if (part.const !== undefined) return "fixed";
  if (choices.length > 0) return "choice";
  if (part.type === "array") return "list";
  return (part.type && NUMBERS[part.type]) || "json";
}
