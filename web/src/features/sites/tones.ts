import type { SiteState } from "@/api/hub";
import type { Tone } from "@/components/StatusMark";

export const SITE_TONES: Record<SiteState, Tone> = {
  joined: "wait",
  online: "good",
  offline: "off",
  paused: "wait",
  cordoned: "wait",
  unlisted: "warn",
  revoked: "bad",
};
