// Who may import whom. Features do not know each other; the two applications do not either.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const ROOT = new URL("../src", import.meta.url).pathname;
const TSX_LINES = 250;

/** Layer of a file below src/: an imported layer must not be above its importer's. */
const ALLOWED = {
  api: ["api"],
  locales: [],
  format: ["format"],
  theme: ["theme"],
  i18n: ["i18n", "api", "locales"],
  live: ["live", "components"],
  components: ["components", "api", "format", "i18n", "theme"],
  features: ["api", "components", "format", "i18n", "live"],
  app: ["app", "features", "api", "components", "format", "i18n", "live"],
  console: ["console", "api", "components", "format", "i18n", "live"],
};

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

const problems = [];
for (const path of sources(ROOT)) {
  const file = relative(ROOT, path);
  const [layer, folder] = file.split("/");
  const text = readFileSync(path, "utf8");
  const lines = text.split("\n").length - 1;
  if (path.endsWith(".tsx") && lines > TSX_LINES) problems.push(`${file}: ${lines} lines > ${TSX_LINES}`);
  for (const [, target] of text.matchAll(/(?:from|import)\s*\(?\s*"((?:@\/|\.)[^"]+)"/g)) {
    const absolute = target.startsWith("@/") ? join(ROOT, target.slice(2)) : resolve(dirname(path), target);
    const [toLayer, toFolder, ...rest] = relative(ROOT, absolute).split("/");
    if (layer === "features" && toLayer === "features") {
      if (toFolder !== folder) problems.push(`${file} imports another feature: ${target}`);
    } else if (!ALLOWED[layer]?.includes(toLayer)) {
      problems.push(`${file}: ${layer} may not import ${toLayer}`);
    }
    // From outside, a feature is only what its index exports.
    if (toLayer === "features" && layer !== "features" && rest.length > 0) {
      problems.push(`${file} reaches inside feature ${toFolder}`);
    }
  }
}

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log("imports: layers kept");
