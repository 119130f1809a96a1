import { expect, test } from "vitest";
import type { EndpointValue, ValuePart } from "@/api/console";
import { adviceOf } from "./advice";

type Verdict = "better" | "worse" | "noise" | "too_few";

function part(verdict: Verdict): ValuePart {
  return { against_local: [{ way: "mixed", verdict }] } as unknown as ValuePart;
}

function row(chosen: string, own: Verdict, others?: Verdict): EndpointValue {
  return {
    chosen,
    own: part(own),
    others: others ? part(others) : null,
  } as unknown as EndpointValue;
}

test("a site that serves its own model is told so", () => {
  expect(adviceOf(row("local", "noise"))).toBe("alone");
});

test("without a gain at home a site is told, and whether there is one abroad", () => {
  expect(adviceOf(row("mixed", "noise"))).toBe("none");
  expect(adviceOf(row("mixed", "noise", "noise"))).toBe("none");
  expect(adviceOf(row("mixed", "noise", "better"))).toBe("abroad");
  expect(adviceOf(row("mixed", "worse", "better"))).toBe("worse");
});

test("a gain, or too few molecules to tell, need no advice", () => {
  expect(adviceOf(row("mixed", "better"))).toBeNull();
  expect(adviceOf(row("mixed", "too_few"))).toBeNull();
});

test("nobody is told that there is no gain where another model shows one", () => {
  const found = row("mixed", "noise");
  found.own.against_local.push({ way: "federated", verdict: "better" } as never);
  expect(adviceOf(found)).toBeNull();
});
