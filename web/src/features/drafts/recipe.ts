import type { Family } from "@/api/hub";
import { type Draft, read, write } from "./draft";

/** A run of this family that begins with its recipe; what was written about other things stays. */
export function withFamily(draft: Draft, family: Family): Draft {
  const featurizer = read(draft, ["data", "featurizer"]);
  const fits = typeof featurizer === "string" && family.featurizers.includes(featurizer);
  const values: [string[], unknown][] = [
    [["model", "family"], family.name],
    [["model", "options"], undefined],
    [["data", "featurizer"], fits ? featurizer : preferred(family)],
    [["data", "minimum_rows"], family.minimum_rows ?? undefined],
    ...Object.entries(family.recipe ?? {}).map(
      ([name, value]): [string[], unknown] => [["training", name], value],
    ),
  ];
  return values.reduce((made, [path, value]) => write(made, path, value), draft);
}

/** The default of the platform where the family reads it, else the only one that it reads. */
function preferred(family: Family): string | undefined {
  return family.featurizers.includes("ecfp4-counts+descriptors") ? undefined : family.featurizers[0];
}
