import { describe, expect, it } from "vitest";
import type { Series } from "@/api/hub";
import { CONSTANT, ERROR, metricNames, withPoint } from "./series";

const series: Series[] = [
  { name: "mae", endpoint: "logd", site: "a", better: "lower", points: [[1, 0.9], [3, 0.7]] },
  { name: "seconds", endpoint: null, site: null, better: null, points: [[1, 4]] },
];

describe("withPoint", () => {
  it("inserts a point in order and replaces one of the same round", () => {
    const late = withPoint(series, { name: "mae", endpoint: "logd", site: "a", round: 2, value: 0.8 });
    expect(late?.[0]?.points).toEqual([[1, 0.9], [2, 0.8], [3, 0.7]]);
    const again = withPoint(series, { name: "mae", endpoint: "logd", site: "a", round: 3, value: 0.6 });
    expect(again?.[0]?.points).toEqual([[1, 0.9], [3, 0.6]]);
  });

  it("does not invent a series", () => {
    expect(withPoint(series, { name: "mae", endpoint: "logd", site: "b", round: 1, value: 1 })).toBeNull();
  });

  it("leaves its input alone", () => {
    withPoint(series, { name: "mae", endpoint: "logd", site: "a", round: 4, value: 0.5 });
    expect(series[0]?.points).toHaveLength(2);
  });
});

describe("metricNames", () => {
  it("puts what is measured per endpoint before what is measured per run", () => {
    expect(metricNames([...series].reverse())).toEqual(["mae", "seconds"]);
  });

  it("begins with the error, beside which the constant is drawn", () => {
    const more: Series[] = [CONSTANT, ERROR].map((name) => ({
      name, endpoint: "logd", site: null, better: "lower", points: [[1, 0.9]],
    }));
    expect(metricNames([...series, ...more])).toEqual([ERROR, "mae", "seconds"]);
  });
});
