export { AddTrunk } from "./AddTrunk";
export { runsQuery } from "./queries";
export { RunMonitor } from "./RunMonitor";
export { RunsTable } from "./RunsTable";
