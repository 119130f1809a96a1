import { describe, expect, it } from "vitest";
import type { WayScore } from "@/api/console";
import { reach } from "./Whisker";

const score = (value: number | null, low: number | null, high: number | null): WayScore => ({
  way: "local", value, low, high, coverage: null, width: null,
});

describe("reach", () => {
  it("covers the ends of all intervals", () => {
    expect(reach([score(0.5, 0.4, 0.6), score(0.3, 0.2, 0.35)])).toEqual([0.2, 0.6]);
  });

  it("has no scale without figures and some width with one", () => {
    expect(reach([score(null, null, null)])).toBeNull();
    expect(reach([score(0.5, null, null)])).toEqual([0.499, 0.501]);
  });
});
