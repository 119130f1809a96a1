import type { Approval, RunSiteState, RunStatus } from "@/api/hub";
import type { Tone } from "@/components/StatusMark";

export const RUN_TONES: Record<RunStatus, Tone> = {
  proposed: "wait",
  running: "busy",
  completed: "good",
  failed: "bad",
  stopped: "off",
};

export const SITE_TONES: Record<RunSiteState, Tone> = {
  waiting: "wait",
  working: "busy",
  sent: "good",
  excluded: "warn",
  offline: "off",
  idle: "wait",
};

export const APPROVAL_TONES: Record<Approval, Tone> = {
  waiting: "wait",
  approved: "good",
  objected: "bad",
};

/** The colour that a site keeps in every chart and card of a run. */
export function siteColour(index: number): string {
  return `--fdd-series-${(index % 8) + 1}`;
}
