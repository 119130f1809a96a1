import type { EndpointValue, ValuePart } from "@/api/console";

/** What a site is told about federation on an endpoint, beyond the figures:
 * `alone`: its own model is served; `worse`: its own is clearly better at home all the same;
 * `none`: no gain at home can be shown; `abroad`: none at home, but one on others' chemistry.
 * Nothing where any model is clearly better at home, or too few molecules can tell. */
export function adviceOf(row: EndpointValue): "alone" | "worse" | "none" | "abroad" | null {
  if (row.chosen === "local") return "alone";
  const home = verdictOn(row.own, row.chosen);
  if (home === "worse") return "worse";
  if (home !== "noise") return null;
  if (row.own.against_local.some((against) => against.verdict === "better")) return null;
  return row.others && verdictOn(row.others, row.chosen) === "better" ? "abroad" : "none";
}

function verdictOn(part: ValuePart, way: EndpointValue["chosen"]) {
  return part.against_local.find((against) => against.way === way)?.verdict;
}
