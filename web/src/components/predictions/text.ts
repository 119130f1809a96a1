import type { PredictedEndpoint, PredictedMolecule } from "@/api/predictions";

/** A structure, and what else its line says: its name. */
export interface Asked {
  structure: string;
  name: string;
}

const HEADING = /^(canonical_)?smiles\b/i;

/**
 * Structures as typed, pasted or read from a file of SMILES, one a line; a name follows after a
 * space or a tab. Remarks, which begin with `#`, and a line of headings are none.
 */
export function asked(text: string): Asked[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .filter((line, place) => place > 0 || !HEADING.test(line))
    .map((line) => {
      const [structure = "", ...name] = line.split(/\s+/);
      return { structure, name: name.join(" ") };
    });
}

/** A structure in a text, and the number of its line, from 1. */
export interface Place {
  line: number;
  structure: string;
}

/** The structure of the line at a place in the text; of the last one that has any, where that has none. */
export function lineAt(text: string, caret: number): Place | null {
  const structures = text.split("\n").map((line) => line.trim().split(/\s+/)[0] ?? "");
  const here = text.slice(0, caret).split("\n").length - 1;
  const row = structures[here] ? here : structures.findLastIndex((structure) => structure !== "");
  const structure = structures[row];
  return structure ? { line: row + 1, structure } : null;
}

/** The text with another structure in a line; its name stays. */
export function replaced(text: string, { line }: Place, structure: string): string {
  const rows = text.split("\n");
  const row = rows[line - 1] ?? "";
  rows[line - 1] = row.replace(/\S+/, () => structure);
  return rows.join("\n");
}

/** The text with one more line. */
export function added(text: string, structure: string): string {
  const before = text.trimEnd();
  return `${before}${before && "\n"}${structure}\n`;
}

/** `mol/L` on a logarithmic scale → `log10(mol/L)`; a pure number → "". */
export function measureText({ unit, scale }: Pick<PredictedEndpoint, "unit" | "scale">): string {
  if (scale === "linear" || unit === "") return unit;
  return scale === "log10" ? `log10(${unit})` : `-log10(${unit})`;
}

/** Predictions as a table for other programs; a structure is data there, never a formula. */
export function csv(
  questions: readonly Asked[],
  endpoints: readonly PredictedEndpoint[],
  molecules: readonly PredictedMolecule[],
): string {
  const cell = (value: string) => {
    const plain = /^[=+\-@]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : value;
    return /[",\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  const columns = ({ endpoint, binary }: PredictedEndpoint) =>
    binary ? [endpoint, `${endpoint}.class`] : [endpoint, `${endpoint}.low`, `${endpoint}.high`];
  const cells = ({ endpoint, binary }: PredictedEndpoint, molecule: PredictedMolecule) => {
    const found = molecule.endpoints[endpoint];
    const numbers = binary ? [found?.value] : [found?.value, found?.low, found?.high];
    return [...numbers.map((number) => String(number ?? "")), ...(binary ? [found?.label ?? ""] : [])];
  };
  const named = questions.some(({ name }) => name !== "");
  const head = ["structure", ...(named ? ["name"] : []), ...endpoints.flatMap(columns), "problem"];
  const rows = molecules.map((molecule, row) => [
    questions[row]?.structure ?? "",
    ...(named ? [questions[row]?.name ?? ""] : []),
    ...endpoints.flatMap((each) => cells(each, molecule)),
    molecule.problem ?? "",
  ]);
  return [head, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";
}
