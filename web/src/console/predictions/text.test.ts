import { describe, expect, it } from "vitest";
import { lines, measureText } from "./text";

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
