import type { PredictedEndpoint, PredictedMolecule } from "@/api/predictions";

/** Structures as typed or pasted, one a line. */
export function lines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** `mol/L` on a logarithmic scale → `log10(mol/L)`; a pure number → "". */
export function measureText({ unit, scale }: Pick<PredictedEndpoint, "unit" | "scale">): string {
  if (scale === "linear" || unit === "") return unit;
  return scale === "log10" ? `log10(${unit})` : `-log10(${unit})`;
}

/** Predictions as a table for other programs; a structure is data there, never a formula. */
export function csv(
  structures: readonly string[],
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
  const head = ["structure", ...endpoints.flatMap(columns), "problem"];
  const rows = molecules.map((molecule, row) => [
    structures[row] ?? "",
    ...endpoints.flatMap((each) => cells(each, molecule)),
    molecule.problem ?? "",
  ]);
  return [head, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";
}
