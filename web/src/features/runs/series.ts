import type { Series } from "@/api/hub";

export interface SeriesPoint {
  name: string;
  endpoint: string | null;
  site: string | null;
  round: number;
  value: number;
}

export function isSeriesPoint(data: Record<string, unknown>): boolean {
  return (
    typeof data.name === "string" &&
    typeof data.round === "number" &&
    typeof data.value === "number"
  );
}

/**
 * Add one live point. `null` when it belongs to a series that is not known yet: its direction is
 * only in the full answer, which must then be read again.
 */
export function withPoint(series: Series[], point: SeriesPoint): Series[] | null {
  const index = series.findIndex(
    (one) =>
      one.name === point.name && one.endpoint === point.endpoint && one.site === point.site,
  );
  const found = series[index];
  if (!found) return null;
  const points = found.points.filter(([round]) => round !== point.round);
  points.push([point.round, point.value]);
  points.sort(([a], [b]) => a - b);
  return series.map((one, at) => (at === index ? { ...found, points } : one));
}

/** The error that sites choose rounds by, and what predicting a constant would give. */
export const ERROR = "validation_error";
export const CONSTANT = "constant_error";

/** Names of series; first the error, then those that are measured at most endpoints. */
export function metricNames(series: Series[]): string[] {
  const endpoints = new Map<string, Set<string>>();
  for (const one of series) {
    if (one.name === CONSTANT) continue;
    const known = endpoints.get(one.name) ?? new Set();
    if (one.endpoint !== null) known.add(one.endpoint);
    endpoints.set(one.name, known);
  }
  const rank = ([name, known]: [string, Set<string>]) => (name === ERROR ? Infinity : known.size);
  return [...endpoints].sort((a, b) => rank(b) - rank(a)).map(([name]) => name);
}
