/** The value table: what each institution gained. The hub and the site console share its shape. */

export type Serving = "local" | "federated" | "personalised";

/** `null` or absent: not computed, or not shared. */
export interface Scores {
  local?: number | null;
  federated?: number | null;
  personalised?: number | null;
  central?: number | null;
  n?: number | null;
  /** Ways whose paired test against the local model says more than noise. */
  clear?: { federated?: "better" | "worse"; personalised?: "better" | "worse" };
}

export interface Measure {
  metric: string;
  better: "lower" | "higher";
}

export interface ValueRow {
  site_id?: string;
  endpoint: string;
  molecules: number;
  own: Scores;
  others: Scores | null;
  chosen: Serving;
  interval?: Record<string, [number, number]> | null;
}
