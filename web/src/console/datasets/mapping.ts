import type { ColumnMapping, DatasetPreview } from "@/api/console";

/** What a column can be; `unused` columns stay in the vault's file and are not read. */
export const ROLES = [
  "unused",
  "structure",
  "value",
  "unit",
  "qualifier",
  "identifier",
  "date",
  "species",
  "assay",
] as const;
export type Role = (typeof ROLES)[number];

export interface Use {
  role: Role;
  endpoint: string;
  unit: string;
}

export type Uses = Record<string, Use>;

const SINGLE = ["identifier", "date", "species", "assay"] as const;

/**
 * The guessed mapping as one role a column, which is how a person checks it. Without a whole mapping
 * the columns that were recognised keep their roles, and a person adds what is missing.
 */
export function usesOf(preview: DatasetPreview): Uses {
  const uses: Uses = {};
  for (const { name, guess } of preview.columns) {
    const role = ROLES.find((known) => known === guess) ?? "unused";
    uses[name] = { role: preview.mapping ? "unused" : role, endpoint: "", unit: "" };
  }
  const { mapping } = preview;
  if (!mapping) return uses;
  const give = (column: string | undefined, role: Role) => {
    if (column && uses[column]) uses[column] = { ...uses[column], role };
  };
  give(mapping.structure, "structure");
  for (const role of SINGLE) give(mapping[role], role);
  for (const value of mapping.values) {
    give(value.unit_column, "unit");
    give(value.qualifier_column, "qualifier");
    if (uses[value.column]) {
      uses[value.column] = { role: "value", endpoint: value.endpoint, unit: value.unit ?? "" };
    }
  }
  return uses;
}

/** The roles as the mapping that the vault stores; `null` while structure or values are missing. */
export function mappingOf(uses: Uses, guessed: ColumnMapping | null): ColumnMapping | null {
  const columns = (role: Role) =>
    Object.keys(uses).filter((column) => uses[column]?.role === role);
  const [structure] = columns("structure");
  const values = columns("value");
  const complete = values.length > 0 && values.every((column) => uses[column]?.endpoint);
  if (structure === undefined || !complete) return null;
  const mapping: ColumnMapping = {
    structure,
    values: values.map((column) => ({
      column,
      endpoint: uses[column]?.endpoint ?? "",
      unit: uses[column]?.unit ?? "",
      unit_column: columns("unit")[0] ?? "",
      qualifier_column: columns("qualifier")[0] ?? "",
      where: guessed?.values.find((value) => value.column === column)?.where ?? {},
    })),
  };
  for (const role of SINGLE) mapping[role] = columns(role)[0] ?? "";
  return mapping;
}
