export { AuditPage } from "./AuditPage";
export { lastAuditQuery } from "./queries";
