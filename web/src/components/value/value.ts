import type { Measure, Scores, Serving, ValueRow } from "@/api/value";

export const SERVINGS: readonly Serving[] = ["local", "federated", "personalised"];

/** Differences that vanish at the three decimals a reader sees are no differences. */
const VISIBLE = 0.0005;

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Share of the way from the mean local model to the central one that federation went, on others'
 * chemistry: 0 = no better than alone, 1 = as good as pooling all data. `null` where it cannot be
 * said: no central yardstick, or one that is not better than the local models.
 */
export function gapClosed(rows: ValueRow[], better: Measure["better"]): number | null {
  const complete = rows
    .map((row) => row.others)
    .filter(
      (scores): scores is Scores & { local: number; federated: number; central: number } =>
        typeof scores?.local === "number" &&
        typeof scores.federated === "number" &&
        typeof scores.central === "number",
    );
  if (complete.length === 0) return null;
  const sign = better === "lower" ? -1 : 1;
  const local = mean(complete.map((scores) => sign * scores.local));
  const federated = mean(complete.map((scores) => sign * scores.federated));
  const central = mean(complete.map((scores) => sign * scores.central));
  return central - local < VISIBLE ? null : (federated - local) / (central - local);
}

export interface EndpointRows {
  endpoint: string;
  measure: Measure;
  rows: ValueRow[];
  gap: number | null;
  /** Institutions whose served model is not the local one. */
  helped: number;
}

export function byEndpoint(rows: ValueRow[], measures: Record<string, Measure>): EndpointRows[] {
  const ids = [...new Set(rows.map((row) => row.endpoint))];
  return ids.map((endpoint) => {
    const measure = measures[endpoint] ?? { metric: "", better: "lower" as const };
    const own = rows.filter((row) => row.endpoint === endpoint);
    return {
      endpoint,
      measure,
      rows: own,
      gap: gapClosed(own, measure.better),
      helped: own.filter((row) => row.chosen !== "local").length,
    };
  });
}

/** Smallest and largest score of an endpoint, for a scale that all its rows share. */
export function scale(rows: ValueRow[], scope: "own" | "others"): [number, number] | null {
  const values = rows.flatMap((row) => {
    const scores = row[scope];
    if (!scores) return [];
    return [scores.local, scores.federated, scores.personalised, scores.central].filter(
      (value): value is number => typeof value === "number",
    );
  });
  if (values.length === 0) return null;
  const low = Math.min(...values);
  const high = Math.max(...values);
  return high - low < VISIBLE ? [low - VISIBLE, high + VISIBLE] : [low, high];
}
