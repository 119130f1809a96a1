import { describe, expect, it } from "vitest";
import { barHeights } from "./bars";

describe("barHeights", () => {
  it("is proportional to the duration", () => {
    const heights = barHeights([{ round: 1, seconds: 2 }, { round: 2, seconds: 4 }]);
    expect(heights.get(1)).toEqual({ share: 0.5, cut: false });
    expect(heights.get(2)).toEqual({ share: 1, cut: false });
  });

  it("cuts a round that would flatten the others", () => {
    const slow = { round: 1, seconds: 60 };
    const rest = [2, 3, 4].map((round) => ({ round, seconds: 3 }));
    const heights = barHeights([slow, ...rest]);
    expect(heights.get(1)).toEqual({ share: 1, cut: true });
    expect(heights.get(2)).toEqual({ share: 0.5, cut: false });
  });

  it("is empty without rounds", () => {
    expect(barHeights([]).size).toBe(0);
  });
});
