/** A draft as TOML, in the order of the form. */

import type { Draft } from "./draft";
import type { Section } from "./schema";

type Table = Record<string, unknown>;

const isTable = (value: unknown): value is Table =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isTables = (value: unknown): value is Table[] =>
  Array.isArray(value) && value.length > 0 && value.every(isTable);

export function toToml(draft: Draft, sections: readonly Section[]): string {
  const order = sections.flatMap((section) =>
    section.name === "" ? section.fields.map((field) => field.name) : [section.name],
  );
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const entries = Object.entries(draft).sort(([a], [b]) => place(a) - place(b));
  return `${table(Object.fromEntries(entries), []).trim()}\n`;
}

/** Plain values first: what follows a header belongs to its table. */
function table(values: Table, path: string[]): string {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  const plain = entries.filter(([, value]) => !isTable(value) && !isTables(value));
  const lines = plain.map(([name, value]) => `${key(name)} = ${scalar(value)}\n`).join("");
  const inner = entries.flatMap(([name, value]) => {
    const at = [...path, key(name)];
    if (isTables(value)) return value.map((one) => `\n[[${at.join(".")}]]\n${table(one, at)}`);
    if (!isTable(value)) return [];
    const body = table(value, at);
    // A table that only holds tables needs no header of its own.
    return [body.startsWith("\n[") || body === "" ? body : `\n[${at.join(".")}]\n${body}`];
  });
  return lines + inner.join("");
}

function key(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : text(name);
}

function scalar(value: unknown): string {
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) return `[${value.map(scalar).join(", ")}]`;
  if (isTable(value)) {
    return `{ ${Object.entries(value).map(([name, one]) => `${key(name)} = ${scalar(one)}`).join(", ")} }`;
  }
  return String(value);
}

/** JSON's escapes are TOML's, but for DEL, which TOML wants escaped too. */
function text(value: string): string {
  return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}
