// Both languages hold the same keys and parameters, and every key that the code names exists.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = new URL("../src/", import.meta.url).pathname;
const PLURAL = /_(zero|one|two|few|many|other)$/;
// Keys that the code builds from a code that a server sends.
const FROM_SERVER =
  /^(errors|failures|findings|events|reasons|actions|metrics|rules|journalKinds|journalSentences)\./;

function flatten(node, prefix = "") {
  return Object.entries(node).flatMap(([key, value]) =>
    typeof value === "string" ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`),
  );
}

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

const parameters = (text) => [...text.matchAll(/{{\s*([\w.]+)/g)].map(([, name]) => name).sort().join();
const load = (language) =>
  new Map(flatten(JSON.parse(readFileSync(join(ROOT, `locales/${language}.json`), "utf8"))));

const [ko, en] = [load("ko"), load("en")];
const problems = [];

for (const [key, text] of ko) {
  if (!en.has(key)) problems.push(`en.json lacks ${key}`);
  else if (parameters(text) !== parameters(en.get(key))) problems.push(`${key}: parameters differ`);
  if (text.trim() === "") problems.push(`ko.json: ${key} is empty`);
}
for (const [key, text] of en) {
  if (!ko.has(key)) problems.push(`ko.json lacks ${key}`);
  if (text.trim() === "") problems.push(`en.json: ${key} is empty`);
}

const known = new Set([...en.keys()].map((key) => key.replace(PLURAL, "")));
const used = new Set();
const prefixes = [];
for (const path of sources(ROOT)) {
  const text = readFileSync(path, "utf8");
  // A whole string literal that is a key counts as its use: `t(open ? "a.b" : "a.c")`.
  for (const [, literal] of text.matchAll(/"([a-zA-Z0-9]+(?:\.[a-zA-Z0-9-]+)+)"/g)) {
    if (known.has(literal)) used.add(literal);
  }
  for (const [, key] of text.matchAll(/\bt\(\s*"([^"]+)"/g)) {
    if (!known.has(key)) problems.push(`${path.slice(ROOT.length)}: no text for ${key}`);
  }
  for (const [, prefix] of text.matchAll(/\bt\(\s*`([^`$]+)\$\{/g)) prefixes.push(prefix);
}
for (const key of known) {
  const reached = used.has(key) || prefixes.some((prefix) => key.startsWith(prefix));
  if (!reached && !FROM_SERVER.test(key)) problems.push(`nothing uses ${key}`);
}

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`locales: ${en.size} texts in ko and en`);
