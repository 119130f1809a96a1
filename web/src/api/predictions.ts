/** Predictions of molecules; the hub and the site console share their shape. */
import type { Way } from "./console";

/** What is needed to read the predictions of an endpoint. */
export interface PredictedEndpoint {
  endpoint: string;
  name_ko: string;
  name_en: string;
  unit: string;
  scale: "linear" | "log10" | "negative_log10";
  binary: boolean;
}

export type DomainVerdict = "inside" | "edge" | "outside" | "unknown";

/** A number with its interval, or the probability of a yes with the two ends that enclose it. */
export interface EndpointPrediction {
  way: Way;
  binary: boolean;
  unit: string;
  value: number | null;
  low: number | null;
  high: number | null;
  label: "yes" | "no" | "either" | "neither" | "";
  verdict: DomainVerdict;
  /** A drawing marked by what each atom brings to the value; `null` where many structures were asked for. */
  atoms: string | null;
}

/** An own training molecule near the asked one. */
export interface Neighbour {
  name: string;
  similarity: number;
  picture: string | null;
  values: Record<string, number>;
}

export interface PredictedMolecule {
  problem: string | null;
  picture: string | null;
  endpoints: Record<string, EndpointPrediction>;
  nearest: Neighbour[];
}

export interface Predicted {
  molecules: PredictedMolecule[];
  seconds: number;
}
