import { describe, expect, it } from "vitest";
import type { Scores, ValueRow } from "@/api/value";
import { byEndpoint, gapClosed, scale } from "./value";

const row = (others: Scores | null, chosen: ValueRow["chosen"] = "federated"): ValueRow => ({
  site_id: "a",
  endpoint: "lipophilicity.logd74",
  molecules: 100,
  own: { local: 0.6, federated: 0.65, personalised: 0.55 },
  others,
  chosen,
});

describe("gapClosed", () => {
  it("is the share of the way from local to central", () => {
    const rows = [row({ local: 1, federated: 0.6, personalised: 0.7, central: 0.5 })];
    expect(gapClosed(rows, "lower")).toBeCloseTo(0.8);
  });

  it("is unknown without a central yardstick that is better than local", () => {
    expect(gapClosed([row({ local: 1, federated: 0.6, personalised: 0.7, central: null })], "lower")).toBeNull();
    expect(gapClosed([row({ local: 1, federated: 0.6, personalised: 0.7, central: 1.2 })], "lower")).toBeNull();
    expect(gapClosed([row(null)], "lower")).toBeNull();
  });
});

describe("byEndpoint", () => {
  it("counts who is served something better than the local model", () => {
    const rows = [row(null), row(null, "local"), row(null, "personalised")];
    const [group] = byEndpoint(rows, { "lipophilicity.logd74": { metric: "mae", better: "lower" } });
    expect(group?.helped).toBe(2);
    expect(group?.rows).toHaveLength(3);
  });
});

describe("scale", () => {
  it("covers all scores of the endpoint", () => {
    expect(scale([row({ local: 1, federated: 0.6, personalised: 0.7, central: 0.5 })], "others")).toEqual([0.5, 1]);
    expect(scale([row(null)], "others")).toBeNull();
  });
});
