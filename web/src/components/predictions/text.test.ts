import { describe, expect, it } from "vitest";
import { added, asked, csv, lineAt, measureText, replaced } from "./text";

describe("asked", () => {
  it("drops what is empty, keeps the order, and tells a structure from its name", () => {
    expect(asked(" CCO ethyl  alcohol\r\n\n c1ccccc1\tbenzene\nC\n")).toEqual([
      { structure: "CCO", name: "ethyl alcohol" },
      { structure: "c1ccccc1", name: "benzene" },
      { structure: "C", name: "" },
    ]);
    expect(asked("  \n")).toEqual([]);
  });

  it("passes over remarks and the headings of a file", () => {
    expect(asked("# mine\nSMILES Name\nCCO ethanol\n#CC\nSMILES\n").map((it) => it.structure)).toEqual(
      ["CCO", "SMILES"],
    );
  });
});

describe("a line of the text", () => {
  const text = "CCO ethanol\n\n  CCC\tpropane\n";

  it("is found at the caret, else it is the last one", () => {
    expect(lineAt(text, 3)).toEqual({ line: 1, structure: "CCO" });
    expect(lineAt(text, 12)).toEqual({ line: 3, structure: "CCC" });
    expect(lineAt(text, 15)).toEqual({ line: 3, structure: "CCC" });
    expect(lineAt(text, text.length)).toEqual({ line: 3, structure: "CCC" });
    expect(lineAt(" \n", 0)).toBeNull();
  });

  it("gets another structure and keeps its name", () => {
    expect(replaced(text, { line: 3, structure: "CCC" }, "C$&C")).toBe(
      "CCO ethanol\n\n  C$&C\tpropane\n",
    );
  });

  it("is added below", () => {
    expect(added("", "C")).toBe("C\n");
    expect(added("CCO ethanol\n\n", "C")).toBe("CCO ethanol\nC\n");
  });
});

describe("measureText", () => {
  it("writes scale and unit as the catalogue reads them", () => {
    expect(measureText({ unit: "mol/L", scale: "log10" })).toBe("log10(mol/L)");
    expect(measureText({ unit: "mol/L", scale: "negative_log10" })).toBe("-log10(mol/L)");
    expect(measureText({ unit: "%", scale: "linear" })).toBe("%");
    expect(measureText({ unit: "", scale: "log10" })).toBe("");
  });
});

describe("csv", () => {
  const endpoint = { endpoint: "a", name_ko: "가", name_en: "A", unit: "", scale: "linear", binary: false } as const;

  it("keeps cells apart and makes no formula of a structure", () => {
    const fine = { way: "federated", binary: false, unit: "", value: -0.5, low: -1, high: 0, label: "", verdict: "unknown", atoms: null } as const;
    const whole = { problem: null, picture: null, endpoints: { a: fine }, nearest: [] };
    const molecules = [
      whole,
      { problem: "unparsable", picture: null, endpoints: {}, nearest: [] },
    ];
    expect(csv([{ structure: "CCO", name: "" }, { structure: '=1,"x"', name: "" }], [endpoint], molecules)).toBe(
      `structure,a,a.low,a.high,problem\nCCO,-0.5,-1,0,\n"'=1,""x""",,,,unparsable\n`,
    );
    const answer = { ...fine, binary: true, label: "either" } as const;
    expect(
      csv([{ structure: "CCO", name: "a, b" }], [{ ...endpoint, binary: true }], [{ ...whole, endpoints: { a: answer } }]),
    ).toBe('structure,name,a,a.class,problem\nCCO,"a, b",-0.5,either,\n');
  });
});
