import { describe, expect, it } from "vitest";
import { csv, lines, measureText } from "./text";

describe("lines", () => {
  it("drops what is empty and keeps the order", () => {
    expect(lines(" CCO \r\n\n c1ccccc1\n")).toEqual(["CCO", "c1ccccc1"]);
    expect(lines("  \n")).toEqual([]);
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
    expect(csv(["CCO", '=1,"x"'], [endpoint], molecules)).toBe(
      `structure,a,a.low,a.high,problem\nCCO,-0.5,-1,0,\n"'=1,""x""",,,,unparsable\n`,
    );
    const answer = { ...fine, binary: true, label: "either" } as const;
    expect(
      csv(["CCO"], [{ ...endpoint, binary: true }], [{ ...whole, endpoints: { a: answer } }]),
    ).toBe("structure,a,a.class,problem\nCCO,-0.5,either,\n");
  });
});
