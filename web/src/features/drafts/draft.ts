/** A specification that is being written: only what differs from the defaults. */

import type { Field, Section } from "./schema";

export type Draft = Readonly<Record<string, unknown>>;

export interface Endpoint {
  id: string;
  head: "shared" | "private";
}

export interface Problem {
  field: string;
  problem: string;
  params: Record<string, string | number | boolean | null>;
}

const STORAGE_KEY = "fdd-run-draft";

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isEqual = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** What stands in a draft; undefined where the default holds. */
export function read(draft: Draft, path: readonly string[]): unknown {
  return path.reduce<unknown>((part, name) => (isTable(part) ? part[name] : undefined), draft);
}

/** The draft with another value; undefined takes it out, and an empty part with it. */
export function write(draft: Draft, path: readonly string[], value: unknown): Draft {
  const [name, ...rest] = path;
  if (name === undefined) return draft;
  const { [name]: before, ...others } = draft;
  const after =
    rest.length === 0 ? value : write(isTable(before) ? before : {}, rest, value);
  const gone = after === undefined || (rest.length > 0 && isTable(after) && Object.keys(after).length === 0);
  return gone ? others : { ...draft, [name]: after };
}

export function valueOf(draft: Draft, field: Field): unknown {
  return read(draft, field.path) ?? field.initial;
}

/** The draft with a value of a form's field; a default is not written down. */
export function set(draft: Draft, field: Field, value: unknown): Draft {
  const plain = value === "" || value === null || isEqual(value, field.initial) ? undefined : value;
  return write(draft, field.path, plain);
}

/** What of a document is no default; fields that the form does not know are kept, for the check to name. */
export function draftOf(document: Draft, sections: readonly Section[]): Draft {
  let draft = document;
  for (const field of sections.flatMap((section) => section.fields)) {
    const value = read(draft, field.path);
    if (value === null || (value !== undefined && isEqual(value, field.initial) && !field.required)) {
      draft = write(draft, field.path, undefined);
    }
  }
  for (const [name, part] of Object.entries(draft)) {
    if (isTable(part) && Object.keys(part).length === 0) draft = write(draft, [name], undefined);
  }
  return draft;
}

export function endpointsOf(draft: Draft): Endpoint[] {
  const found = read(draft, ["endpoints"]);
  if (!Array.isArray(found)) return [];
  return found.filter(isTable).map((one) => ({
    id: String(one.id ?? ""),
    head: one.head === "shared" ? "shared" : "private",
  }));
}

/** What the page itself can say of a value, in the words of the hub's check. */
export function problemOf(field: Field, value: unknown): Problem | null {
  const { bounds } = field;
  const at = (problem: string, params: Problem["params"] = {}) => ({ field: field.name, problem, params });
  if (field.required && (value === undefined || value === "")) return at("missing");
  if (typeof value === "number") {
    if (bounds.minimum !== undefined && value < bounds.minimum) return at("greater_than_equal", { ge: bounds.minimum });
    if (bounds.maximum !== undefined && value > bounds.maximum) return at("less_than_equal", { le: bounds.maximum });
    if (bounds.exclusiveMinimum !== undefined && value <= bounds.exclusiveMinimum) {
      return at("greater_than", { gt: bounds.exclusiveMinimum });
    }
    if (bounds.exclusiveMaximum !== undefined && value >= bounds.exclusiveMaximum) {
      return at("less_than", { lt: bounds.exclusiveMaximum });
    }
  }
  if (typeof value === "string" && value !== "") {
    if (bounds.maxLength !== undefined && value.length > bounds.maxLength) {
      return at("string_too_long", { max_length: bounds.maxLength });
    }
    if (bounds.pattern && !new RegExp(bounds.pattern).test(value)) return at("string_pattern_mismatch");
    if (field.choices.length > 0 && !field.choices.includes(value)) return at("literal_error");
  }
  return null;
}

export function loadDraft(): Draft {
  try {
    const found: unknown = JSON.parse(window.localStorage.getItem(STORAGE_KEY) ?? "{}");
    return isTable(found) ? found : {};
  } catch {
    return {}; // storage is forbidden, or holds what an older page has written
  }
}

export function keepDraft(draft: Draft): void {
  try {
    if (Object.keys(draft).length === 0) window.localStorage.removeItem(STORAGE_KEY);
    else window.localStorage.setItem(STORAGE_KEY, JSON.stringify(draft));
  } catch {
    // A browser that forbids storage forgets the draft with the page; nothing else breaks.
  }
}
