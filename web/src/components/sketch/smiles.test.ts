import { Molecule } from "openchemlib";
import { describe, expect, it } from "vitest";
import sketched from "./sketched.json";
import { smilesOf } from "./smiles";
import { read, written } from "./text-bonds";

/** Structures that were opened, and what was written of them; the readers' tests compare the two. */
describe("smilesOf", () => {
  it.each(sketched as [string, string][])("writes %s as its readers expect", (asked, expected) => {
    const opened = Molecule.fromSmiles(asked);
    expect(smilesOf(opened)).toBe(expected);
    // As an editor holds it: coordinates, wedges and crossed bonds, nothing else.
    expect(smilesOf(Molecule.fromMolfile(opened.toMolfile()))).toBe(expected);
  });

  it("is empty of an empty drawing", () => {
    expect(smilesOf(new Molecule(10, 10))).toBe("");
  });
});

describe("read", () => {
  it("knows which atom a bond was written from, in branches and rings", () => {
    const found = read("C/C1=C(\\[NH3+])C%10.Cl%10C1");
    expect(found?.atoms).toEqual(["C", "C", "C", "[NH3+]", "C", "Cl", "C"]);
    expect(found?.bonds.map(({ from, to }) => [from, to])).toEqual([
      [0, 1], [1, 2], [2, 3], [2, 4], [4, 5], [5, 6], [1, 6],
    ]);
    expect(read("not a structure")).toBeNull();
  });

  it("is written again with the marks that it is given", () => {
    const found = read("C/C=C-C1CC1");
    const [first, , third] = found?.bonds ?? [];
    if (!found || !first || !third) throw new Error("not read");
    expect(written(found, new Map([[first, 1], [third, -1]]))).toBe("C/C=C\\C1CC1");
    expect(written(found, new Map())).toBe("CC=C-C1CC1");
  });
});
