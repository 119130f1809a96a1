import { describe, expect, it } from "vitest";
import { align, valueAt } from "./align";

describe("align", () => {
  it("puts lines with different rounds on one axis and leaves holes empty", () => {
    expect(align([[[1, 0.9], [3, 0.7]], [[2, 0.5]]])).toEqual([
      [1, 2, 3],
      [0.9, null, 0.7],
      [null, 0.5, null],
    ]);
  });

  it("is an empty axis without lines", () => {
    expect(align([])).toEqual([[]]);
  });
});

describe("valueAt", () => {
  it("takes the newest value at or before the round", () => {
    expect(valueAt([[1, 0.9], [3, 0.7]], 2)).toBe(0.9);
    expect(valueAt([[1, 0.9], [3, 0.7]], null)).toBe(0.7);
    expect(valueAt([[3, 0.7]], 1)).toBeNull();
  });
});
