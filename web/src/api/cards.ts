/** The data card: what others may see of a dataset. The hub and the site console share its shape. */

export interface EndpointCard {
  endpoint: string;
  molecules: string;
  limits: string;
  positive: string;
  edges: number[];
  counts: number[];
}

/** Bands, noisy histograms, no small groups. */
export interface DataCard {
  molecules: string;
  scaffolds: string;
  endpoints: EndpointCard[];
  findings: string[];
}
