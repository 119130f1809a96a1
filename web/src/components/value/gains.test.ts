import { expect, test } from "vitest";
import { domain, steps } from "./gains";

test("the axis holds zero and every point", () => {
  expect(domain([0.02])).toEqual([-0.1, 0.1]);
  expect(domain([-0.4, 0.3])).toEqual([-0.4, 0.3]);
});

test("each point lifts the line by its share", () => {
  expect(steps([-0.1, 0.2], -0.1, 0.2)).toEqual([
    [-0.1, 0],
    [-0.1, 0],
    [-0.1, 0.5],
    [0.2, 0.5],
    [0.2, 1],
    [0.2, 1],
  ]);
});
