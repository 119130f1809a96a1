/** What the hub's API (`/api/v1`) answers. Texts never come from there: codes and parameters do. */

export type Params = Record<string, string | number | boolean | null>;

export interface Me {
  account: { id: string; email: string; name: string; role: "administrator" | "viewer" };
  consortium: { name_ko: string; name_en: string; demo: boolean };
  server_version: string;
  ui_language: string;
}

export interface Institution {
  id: string;
  name_ko: string;
  name_en: string;
}

export type SiteState = "online" | "offline" | "paused" | "revoked";

export interface Capability {
  cores: number;
  memory_mib: number;
  gpu: string | null;
  free_disk_mib: number;
  python: string;
  rdkit: string;
  torch: string;
}

export interface Site {
  site_id: string;
  name: string;
  institution: Institution;
  state: SiteState;
  last_seen: string | null;
  joined_at: string;
  fingerprint_words: string[];
  client_version: string | null;
  protocol_version: string | number | null;
  sandbox_level: "A" | "B" | "C" | "none" | null;
  capability: Capability | null;
}

export interface JoinCode {
  code: string;
  expires_at: string;
  command: string;
}

export interface Project {
  project_id: string;
  name_ko: string;
  name_en: string;
  purpose_ko: string;
  purpose_en: string;
  endpoints: string[];
}

export type RunStatus = "proposed" | "running" | "completed" | "failed" | "stopped";
export const PHASES = [
  "admit",
  "configure",
  "select",
  "train",
  "aggregate",
  "evaluate",
  "checkpoint",
  "finalize",
] as const;
export type Phase = (typeof PHASES)[number];

export interface RunSummary {
  run_id: string;
  name: string;
  project_id: string;
  status: RunStatus;
  phase: Phase | null;
  round: number;
  rounds: number;
  sites: number;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  stop_reason: string | null;
}

export type RunSiteState = "waiting" | "working" | "sent" | "excluded" | "offline" | "idle";
export type Approval = "waiting" | "approved" | "objected";

export interface RunSite {
  site_id: string;
  name: string;
  institution: Institution;
  approval: Approval;
  approval_reason: string | null;
  state: RunSiteState;
  state_reason: string | null;
  rounds_done: number;
  bytes_sent: number;
  rows: Record<string, string> | null;
  last_seen: string | null;
}

export interface RunModel {
  digest: string;
  bytes: number;
  best_round: number | null;
}

export interface RunDetail extends Omit<RunSummary, "sites"> {
  spec: Record<string, unknown>;
  spec_digest: string;
  deadline: string | null;
  model: RunModel | null;
  sites: RunSite[];
}

/** A finished round; the open one is known from the run itself. */
export interface Round {
  round: number;
  opened_at: string;
  closed_at: string;
  cohort: string[];
  survivors: string[];
  excluded: { site: string; reason: string }[];
  model_digest: string;
  seconds: number;
}

export interface Series {
  name: string;
  endpoint: string | null;
  site: string | null;
  better: "lower" | "higher" | null;
  points: [number, number][];
}

export interface RunEvent {
  id: number;
  time: string;
  code: string;
  params: Params;
  severity: "info" | "warning" | "error";
}

export interface AuditEvent {
  id: number;
  time: string;
  actor: string;
  action: string;
  subject: string;
  params: Params;
  hash: string;
}
