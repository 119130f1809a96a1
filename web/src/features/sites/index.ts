export { institutionsQuery, sitesQuery } from "./queries";
export { SiteDetail } from "./SiteDetail";
export { SitesPage } from "./SitesPage";
export { SitesTable } from "./SitesTable";
