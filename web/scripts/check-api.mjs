// The committed types are what the hub's committed description generates.
import { existsSync, readFileSync } from "node:fs";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";

const description = new URL("../../packages/fdd-server/openapi.json", import.meta.url);
const committed = new URL("../src/api/schema.d.ts", import.meta.url);

if (!existsSync(description)) {
  console.log("api: the hub's description is not committed yet, nothing to compare");
  process.exit(0);
}
const generated = COMMENT_HEADER + astToString(await openapiTS(description));
if (generated !== readFileSync(committed, "utf8")) {
  console.error("src/api/schema.d.ts is older than the hub's description: npm run api");
  process.exit(1);
}
console.log("api: types match the hub's description");
