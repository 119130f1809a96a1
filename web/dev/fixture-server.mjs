// Serves the built pages with made-up answers, under the product's content security policy.
//   node dev/fixture-server.mjs [live|still|done|empty]     hub on :8787, site console on :8788
// Development only: nothing of dev/ is in the build.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SiteConsole } from "./console-answers.mjs";
import { Hub } from "./hub-answers.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const HUB_PAGES = at("../../packages/fdd-server/src/fdd_server/app/static");
const SITE_PAGES = at("../../packages/fdd-client/src/fdd_client/console/static");
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; frame-ancestors 'none'";
const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css",
  ".svg": "image/svg+xml", ".woff2": "font/woff2",
};

const scene = process.argv[2] ?? "live";
const messages = [];
const listeners = new Set();

function publish(kind, data) {
  messages.push(`id: ${messages.length + 1}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
  for (const response of listeners) response.write(messages.at(-1));
}

function stream(request, response) {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  const last = Number(request.headers["last-event-id"] ?? messages.length);
  response.write(`: hello\n\n${messages.slice(last).join("")}`);
  listeners.add(response);
  request.on("close", () => listeners.delete(response));
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return (request.headers["content-type"] ?? "").includes("json") && text ? JSON.parse(text) : {};
}

async function page(folder, path, response) {
  const isFile = extname(path) !== "";
  const content = await readFile(join(folder, isFile ? path : "index.html")).catch(() => null);
  if (!content) return response.writeHead(404).end();
  response.writeHead(200, {
    "Content-Type": isFile ? (TYPES[extname(path)] ?? "application/octet-stream") : TYPES[".html"],
    "Content-Security-Policy": POLICY,
  });
  response.end(content);
}

function serve(port, root, folder, application) {
  createServer(async (request, response) => {
    const url = new URL(request.url, "http://fixture");
    if (!url.pathname.startsWith(root)) return page(folder, url.pathname, response);
    const path = url.pathname.slice(root.length);
    if (path === "/stream") return stream(request, response);
    const [status, body] = application.answer(request.method, path, url.searchParams, await bodyOf(request));
    const type = status >= 400 ? "application/problem+json" : "application/json";
    response.writeHead(status, { "Content-Type": type });
    response.end(status === 204 ? undefined : JSON.stringify(body));
  }).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}`));
}

serve(Number(process.env.FDD_FIXTURE_HUB_PORT ?? 8787), "/api/v1", HUB_PAGES, new Hub({ scene, publish }));
serve(Number(process.env.FDD_FIXTURE_SITE_PORT ?? 8788), "/console/v1", SITE_PAGES, new SiteConsole({ scene }));
