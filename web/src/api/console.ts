/** What the site console's API (`/console/v1`) answers; it never leaves the institution. */

import type { DataCard } from "./cards";
import type { Institution, Params } from "./hub";
import type { PredictedEndpoint } from "./predictions";

export interface ConsoleMe {
  ui_language?: string;
}

export type ConsoleState =
  | "starting"
  | "idle"
  | "waiting"
  | "training"
  | "sending"
  | "paused"
  | "unreachable"
  | "stopped";

export interface ConsoleStatus {
  site: { site_id: string; name: string; institution: Institution | string };
  server: { url: string; reachable: boolean; reason: string | null };
  state: ConsoleState;
  paused: boolean;
  why: string | null;
  current: { run_id: string; round: number; phase: string; progress: number | null } | null;
  next: string | null;
  sandbox_level: "A" | "B" | "C" | "none" | null;
  client_version: string;
}

/** The roster as this site has checked it; `version` is 0 while the consortium has none. */
export interface Pinned {
  key_words: string[];
  version: number;
  words: string[];
  founding_words: string[];
  listed: boolean | null;
  threshold: number;
  members: { institution: string; name_ko: string; name_en: string; sites: string[] }[];
}

/** How many distinct structures of a file are prepared. */
export interface Preparing {
  done: number;
  of: number;
}

export interface DatasetFinding {
  code: string;
  endpoint: string;
  fixable: boolean;
  severity: "block" | "warn" | "note";
  title_ko: string;
  title_en: string;
  explanation_ko: string;
  explanation_en: string;
  rows: number;
}

export interface DatasetCorrection {
  finding: string;
  kind: string;
  rows: number;
}

/** What the owner wants of a dataset's card; `done_at` is null until the hub was told. */
export interface CardState {
  wanted: "shared" | "withdrawn";
  digest: string;
  done_at: string | null;
  refused: string | null;
}

/** A data card, with what would leave: so many bytes of this digest, under `handle`. */
export interface CardPage {
  card: DataCard;
  handle: string;
  digest: string;
  bytes: number;
  shared: CardState | null;
}

export interface FindingTitle {
  finding: string;
  title_ko: string;
  title_en: string;
}

/** What a correction changes; `version` is empty while it is only shown. */
export interface DatasetChange {
  version: string;
  rows: [number, number];
  molecules: Record<string, [number, number]>;
  gone: FindingTitle[];
  new: FindingTitle[];
  admitted: string[];
}

export interface SiteDataset {
  name: string;
  version: number | string;
  rows: number;
  /** Rows and cells kept aside; null where an older version did not count them. */
  rejected: number | null;
  endpoints: { id: string; name_ko: string; name_en: string; rows: number }[];
  findings: DatasetFinding[];
  corrections: DatasetCorrection[];
  certificate: { passes: boolean; issued_at: string } | null;
  created_at: string;
}

/** The pipeline that prepares data here; `accepted` is false while it is that of the release. */
export interface SitePipeline {
  name: string;
  accepted: boolean;
  reference: string;
  steps: { name: string; digest: string }[];
}

export interface ValueColumn {
  column: string;
  endpoint: string;
  unit?: string;
  unit_column?: string;
  qualifier_column?: string;
  where?: Record<string, string>;
}

/** Which column of a table holds what. */
export interface ColumnMapping {
  structure: string;
  values: ValueColumn[];
  identifier?: string;
  date?: string;
  species?: string;
  assay?: string;
}

/** `mapping` is null where a person must say what the columns are. */
export interface DatasetPreview {
  columns: { name: string; samples: string[]; guess: string | null; score: number | null }[];
  mapping: ColumnMapping | null;
}

export interface ProjectRule {
  approve: "automatic" | "ask" | "never";
  endpoints: string[];
  families: string[];
  privacy_modes: string[];
  minimum_sites: number;
  most_rounds: number;
  metrics: "none" | "basic";
  share_report: boolean;
  share_histograms: boolean;
  approval_days: number;
}

/** The site's signed policy. Without a project in it, nothing of that project is allowed. */
export interface Policy {
  version: number;
  projects: Record<string, ProjectRule>;
  weakest_sandbox: "A" | "B" | "C" | "none";
}

export interface JournalEntry {
  seq: number;
  time: string;
  run_id: string | null;
  round: number | null;
  phase: string | null;
  kind: string;
  bytes: number;
  tensors: number | null;
  norm: number | null;
  sealed: boolean;
  digest: string;
  recipient: string;
  hash: string;
}

export interface ConsoleRun {
  run_id: string;
  name: string;
  spec: Record<string, unknown>;
  spec_digest: string;
  decision: "waiting" | "approved" | "objected";
  policy_verdict: { allowed: boolean; rule: string | null; params: Params };
  /** A code for why it is not decided yet. */
  waits: string | null;
}

/** A way of getting a model for one site. */
export type Way = "local" | "federated" | "heads" | "finetuned" | "mixed" | "blended";

/** A score with its 95 % interval; `coverage` and `width` are those of the 90 % prediction intervals. */
export interface WayScore {
  way: Way;
  value: number | null;
  low: number | null;
  high: number | null;
  coverage: number | null;
  width: number | null;
}

export interface AgainstLocal {
  way: Way;
  difference: number | null;
  low: number | null;
  high: number | null;
  p: number | null;
  verdict: "better" | "worse" | "noise" | "too_few";
}

export interface SimilarityBand {
  low: number;
  high: number;
  n: number;
  scores: WayScore[];
}

/** Whether served probabilities mean what they say; `_before` is before calibration. */
export interface Reliability {
  ece: number;
  ece_before: number;
  brier: number;
  brier_before: number;
  mcc: number | null;
  auprc_even: number | null;
  /** From low to high probability: what was said, and the share that was a yes. */
  bins: { n: number; said: number; measured: number }[];
}

/** Figures on one set of held-out molecules. */
export interface ValuePart {
  n: number;
  enough: boolean;
  scores: WayScore[];
  against_local: AgainstLocal[];
  bands: SimilarityBand[];
  reliability: Reliability | null;
  /** Gradient boosting alone, never served; `served` judges the served way against it. */
  boosted: {
    value: number | null;
    low: number | null;
    high: number | null;
    served: AgainstLocal["verdict"];
  } | null;
}

/** What the site gained at one endpoint. */
export interface EndpointValue {
  endpoint: string;
  metric: string;
  better: "lower" | "higher";
  binary: boolean;
  /** Training, validation, test. */
  molecules: [number, number, number];
  chosen: Way;
  own: ValuePart;
  others: ValuePart | null;
}

export interface SiteReport {
  run_id: string;
  name: string;
  finished_at: string | null;
  level: number;
  rows: EndpointValue[];
  /** Of each row, what the site is told about federation beyond the figures. */
  advice: (Advice | null)[];
}

export type Advice = "alone" | "worse" | "none" | "abroad";

export interface ModelEndpoint extends PredictedEndpoint {
  way: Way;
  training_rows: number;
  /** Held-out molecules that the intervals rest on; `null` where they were too few. */
  calibrated: number | null;
  /** What all sites have calibrated together; `null` where the model served is another, or too few. */
  pooled: { molecules: number; sites: number } | null;
}

export interface SiteModel {
  run_id: string;
  name: string;
  endpoints: ModelEndpoint[];
}

export interface CardScore {
  molecules: string;
  value: number;
  low: number | null;
  high: number | null;
  coverage: number | null;
}

export interface CardEndpoint {
  endpoint: string;
  name_en: string;
  name_ko: string;
  unit: string;
  scale: PredictedEndpoint["scale"];
  binary: boolean;
  positive_en: string;
  positive_ko: string;
  way: Way;
  metric: string;
  training_molecules: string;
  own: CardScore | null;
  others: CardScore | null;
}

/** How a model came about. */
export interface Provenance {
  spec: string;
  seed: number;
  rounds: number;
  local_epochs: number;
  batch_size: number;
  learning_rate: number;
  schedule: string;
  strategy: string;
  weights: string;
  privacy: string;
  start: string | null;
}

export interface ModelCard {
  name: string;
  run_id: string;
  family: string;
  featurizer: string;
  pipeline: string | null;
  catalogue: string;
  model: string;
  level: number;
  licence: string;
  endpoints: CardEndpoint[];
  provenance: Provenance | null;
}

export interface CardAnswer {
  card: ModelCard;
  markdown_ko: string;
  markdown_en: string;
}

/** What was made of a file of molecules. */
export interface FileAnswer {
  rows: number;
  failed: number;
  /** Reason to how many rows it left without a prediction. */
  problems: Record<string, number>;
  /** Endpoint to how many rows are outside its domain. */
  outside: Record<string, number>;
  seconds: number;
}

/** One line of the answer to a file: the share that is done, or what was made, under which key. */
export interface FilePart {
  progress?: number;
  done?: FileAnswer & { key: string };
}
