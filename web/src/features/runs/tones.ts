import type { Approval, RunDetail, RunSite, RunSiteState, RunStatus } from "@/api/hub";
import type { Tone } from "@/components/StatusMark";

export const RUN_TONES: Record<RunStatus, Tone> = {
  proposed: "wait",
  running: "busy",
  completed: "good",
  failed: "bad",
  stopped: "off",
};

/** How a site's part in a run is shown: after the run's end, whether it took part at all. */
export type SiteShow = RunSiteState | "done";

export function siteShow(site: RunSite, run: RunDetail): SiteShow {
  const ended = run.status !== "running" && run.status !== "proposed";
  return ended && site.rounds_done > 0 && site.state !== "excluded" ? "done" : site.state;
}

export const SITE_TONES: Record<SiteShow, Tone> = {
  done: "good",
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
