/**
 * What the hub's API (`/api/v1`) answers, named from the types generated out of its description
 * (`npm run api`). Texts never come from there: codes and parameters do.
 */

import type { PredictedEndpoint } from "./predictions";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Params = Schemas["RunEvent"]["params"];
export type Me = Schemas["Me"];
export type Institution = Schemas["Institution"];
export type Site = Schemas["Site"];
export type SiteState = Site["state"];
export type JoinCode = Schemas["Invitation"];
export type Roster = Schemas["RosterView"];
export type SignedRoster = Schemas["SignedRoster"];
export type RunSummary = Schemas["RunSummary"];
export type Trunk = Schemas["Trunk"];
export type KeptTrunk = Schemas["KeptTrunk"];
export type Project = Schemas["Project"];
export type FamilyCatalogue = Schemas["FamilyCatalogue"];
export type Family = Schemas["CataloguedFamily"];
export type CheckedDraft = Schemas["CheckedDraft"];
export type PlannedRun = Schemas["PlannedRun"];
export type PlannedSite = Schemas["PlannedSite"];
export type RunStatus = RunSummary["status"];
export type RunDetail = Schemas["RunDetail"];
export type RunSite = Schemas["RunSite"];
export type RunSiteState = RunSite["state"];
export type Approval = RunSite["approval"];
/** A finished round; the open one is known from the run itself. */
export type Round = Schemas["RoundView"];
export type RunEvent = Schemas["RunEvent"];
export type Series = Schemas["Series"];
export type RunValue = Schemas["RunValue"];
export type TasksGain = Schemas["TasksGain"];
export type ShownCard = Schemas["ShownCard"];
export type ReleasedModel = Omit<Schemas["ReleasedModel"], "endpoints"> & {
  endpoints: (PredictedEndpoint & Pick<Schemas["ReleasedEndpoint"], "pooled">)[];
};
export type Release = Schemas["Release"];
export type AuditEvent = Schemas["AuditEvent"];

export type Phase = NonNullable<RunSummary["phase"]>;
/** In the order in which a run goes through them. */
export const PHASES: readonly Phase[] = [
  "admit",
  "configure",
  "select",
  "train",
  "aggregate",
  "evaluate",
  "checkpoint",
  "finalize",
];
