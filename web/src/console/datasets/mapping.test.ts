import { describe, expect, it } from "vitest";
import type { ColumnMapping, DatasetPreview } from "@/api/console";
import { mappingOf, usesOf } from "./mapping";

const guessed: ColumnMapping = {
  structure: "smiles",
  values: [
    {
      column: "ic50",
      endpoint: "herg.pic50",
      unit: "",
      unit_column: "units",
      qualifier_column: "relation",
      where: { species: "human" },
    },
  ],
  identifier: "id",
  date: "",
  species: "",
  assay: "",
};
const preview: DatasetPreview = {
  columns: ["id", "smiles", "ic50", "units", "relation", "note"].map((name) => ({
    name,
    samples: [],
    guess: null,
    score: null,
  })),
  mapping: guessed,
};

describe("a guessed mapping", () => {
  it("keeps what was recognised where the whole could not be guessed", () => {
    const columns = [
      { name: "smiles", samples: [], guess: "structure", score: 1 },
      { name: "ic50", samples: [], guess: null, score: null },
      { name: "protocol", samples: [], guess: "assay", score: 0.8 },
    ];
    const uses = usesOf({ columns, mapping: null });
    expect(Object.values(uses).map((use) => use.role)).toEqual(["structure", "unused", "assay"]);
    const named = { ...uses, ic50: { role: "value" as const, endpoint: "herg.pic50", unit: "nM" } };
    expect(mappingOf(named, null)?.assay).toBe("protocol");
  });

  it("comes back unchanged when nobody corrects it", () => {
    expect(mappingOf(usesOf(preview), guessed)).toEqual(guessed);
  });

  it("leaves columns without a role unused", () => {
    expect(usesOf(preview).note?.role).toBe("unused");
  });

  it("is incomplete until each value column names its endpoint", () => {
    const uses = usesOf(preview);
    uses.ic50 = { role: "value", endpoint: "", unit: "" };
    expect(mappingOf(uses, guessed)).toBeNull();
  });

  it("is incomplete without a structure column", () => {
    expect(mappingOf(usesOf({ ...preview, mapping: null }), null)).toBeNull();
  });
});
