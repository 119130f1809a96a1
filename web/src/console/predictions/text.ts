import type { ModelEndpoint } from "@/api/console";

/** Structures as typed or pasted, one a line. */
export function lines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** `mol/L` on a logarithmic scale → `log10(mol/L)`; a pure number → "". */
export function measureText({ unit, scale }: Pick<ModelEndpoint, "unit" | "scale">): string {
  if (scale === "linear" || unit === "") return unit;
  return scale === "log10" ? `log10(${unit})` : `-log10(${unit})`;
}
