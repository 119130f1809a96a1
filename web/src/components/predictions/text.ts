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
  const head = ["structure", ...endpoints.map((each) => each.endpoint), "problem"];
  const rows = molecules.map((molecule, row) => [
    structures[row] ?? "",
    ...endpoints.map((each) => String(molecule.endpoints[each.endpoint]?.value ?? "")),
    molecule.problem ?? "",
  ]);
  return [head, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";
}
