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

/** Names of series; first those that are measured at most endpoints. */
export function metricNames(series: Series[]): string[] {
  const endpoints = new Map<string, Set<string>>();
  for (const one of series) {
    const known = endpoints.get(one.name) ?? new Set();
    if (one.endpoint !== null) known.add(one.endpoint);
    endpoints.set(one.name, known);
  }
  return [...endpoints].sort(([, a], [, b]) => b.size - a.size).map(([name]) => name);
}
