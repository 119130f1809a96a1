// Every error code that a page can meet has a text in both languages (4xxx is the command line), and
// every finding of the checks has a name.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGES = new URL("../../packages/", import.meta.url).pathname;
const LOCALES = new URL("../src/locales/", import.meta.url).pathname;

function modules(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return modules(path);
    return entry.name.endsWith(".py") ? [path] : [];
  });
}

const codes = new Set();
for (const distribution of readdirSync(PACKAGES)) {
  for (const path of modules(join(PACKAGES, distribution, "src"))) {
    const text = readFileSync(path, "utf8");
    for (const [, code] of text.matchAll(/^ {4}code(?:: [^=]+)? = "(FDD-[1-3]\d{3})"$/gm)) codes.add(code);
  }
}

const CHECKS = join(PACKAGES, "fdd", "src", "fdd", "data", "checks", "locales", "en.json");
const found = Object.keys(JSON.parse(readFileSync(CHECKS, "utf8")));

const missing = ["ko", "en"].flatMap((language) => {
  const { errors, findings } = JSON.parse(readFileSync(join(LOCALES, `${language}.json`), "utf8"));
  return [
    ...[...codes].filter((code) => !(code in errors)).map((code) => `${language}.json lacks errors.${code}`),
    ...found.filter((code) => !(code in findings)).map((code) => `${language}.json lacks findings.${code}`),
    ...Object.keys(findings)
      .filter((code) => !found.includes(code))
      .map((code) => `${language}.json: no check finds findings.${code}`),
  ];
});
if (missing.length > 0) {
  console.error(missing.sort().join("\n"));
  process.exit(1);
}
console.log(`codes: ${codes.size} errors and ${found.length} findings have texts`);
