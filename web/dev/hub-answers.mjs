// Answers of a made-up hub, for looking at the pages during development.
import { readFileSync } from "node:fs";
import { INSTITUTIONS, RunSimulation, SITE_IDS } from "./run-simulation.mjs";

const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
const WORDS = [
  "amber", "birch", "cobalt", "delta", "ember", "fjord", "garnet", "harbor", "indigo", "juniper", "kelp", "lumen",
  "maple", "nectar", "onyx", "prairie", "quartz", "reef", "sable", "tundra", "umber", "violet", "willow", "zephyr",
];

function sites() {
  return SITE_IDS.map((site_id, index) => ({
    site_id, name: "main", institution: INSTITUTIONS[index],
    state: ["online", "online", "online", "offline"][index],
    last_seen: ago([1, 3, 2, 4_200][index]), joined_at: ago(86_400 * (9 - index)),
    fingerprint_words: WORDS.slice(index * 6, index * 6 + 6),
    client_version: "0.1.0", protocol_version: 1, sandbox_level: ["A", "B", "C", "A"][index],
    capability: { cores: 8, memory_mib: 32_768, gpu: null, free_disk_mib: 210_000, python: "3.11.2", rdkit: "2026.3.6", torch: "2.13.0+cpu" },
  }));
}

function dataCards() {
  return SITE_IDS.slice(0, 2).map((site_id, index) => ({
    site_id, site_name: "main", institution: INSTITUTIONS[index], handle: `c1f09e7ab4d2406${index}`,
    digest: `${index}a`.repeat(32), received_at: ago(4_000),
    card: {
      format: 1, dataset: "0".repeat(64), pipeline: "1".repeat(64), catalogue_version: "2026.1",
      molecules: "1000-1999", scaffolds: "500-999", findings: ["piled_up_extremes lipophilicity.logd74 100-199"],
      endpoints: [
        { endpoint: "lipophilicity.logd74", molecules: "1000-1999", limits: "0-1 %", positive: "",
          edges: [-5, -2.5, 0, 2.5, 5, 7.5, 10], counts: [0, 14, 320, 610, 250, 11] },
        { endpoint: "herg.inhibition", molecules: "200-499", limits: "0-1 %", positive: "35-50 %", edges: [], counts: [] },
      ],
    },
  }));
}

const { schemas } = JSON.parse(
  readFileSync(new URL("../../packages/fdd-server/openapi.json", import.meta.url), "utf8"),
).components;
const FAMILIES = JSON.parse(
  readFileSync(new URL("../../packages/fdd/src/fdd/models/locales/en.json", import.meta.url), "utf8"),
);

function families() {
  const items = Object.entries(FAMILIES).map(([name, { purpose, options }]) => ({
    name, kind: name === "distil" ? "strategy" : "family", purpose: { en: purpose, ko: purpose },
    featurizers: ["ecfp4-counts+descriptors"], graph: name === "dmpnn", simulation_only: name === "distil",
    minimum_rows: 20, recipe: { rounds: 20, local_epochs: 1, batch_size: 64, learning_rate: 0.001, schedule: "cosine" },
    options: Object.entries(options).map(([option, meaning]) => ({
      name: option, type: "number", default: 1, least: 0, most: 9, meaning: { en: meaning, ko: meaning },
    })),
    traffic: { parameters: 642_561, up: 2_570_244, down: 2_588_232 }, costs: { cpu_ms: 0.1, packed: 0.58 },
  }));
  return { items, machine: "made up", measured: "2026-11-27" };
}

/** Every draft is refused for its rounds, so that both ends can be looked at: 1 is allowed. */
function checked(document) {
  if (document.training?.rounds !== 1) {
    return { document, problems: [{ field: "training.rounds", problem: "less_than_equal", params: { le: 1 } }], plan: null };
  }
  const planned = SITE_IDS.map((site_id, index) => ({
    site_id, name: "main", institution: INSTITUTIONS[index], state: "online", card: index === 0,
    standing: ["ready", "ready", "away", "cannot"][index], reasons: [[], [], ["offline"], ["no_endpoint"]][index],
  }));
  const traffic = { parameters: 642_561, up: 2_570_244, down: 2_588_232, packed: 1_490_000, all_rounds: 10_316_952, core_seconds: 0.1 };
  const warnings = [{ field: "cohort.minimum_sites", warning: "too_few_ready", params: { ready: 2, away: 1, least: 3 } }];
  return { document, problems: [], plan: { spec: document, digest: "5e".repeat(32), traffic, sites: planned, warnings } };
}

function auditItems() {
  const actions = [
    ["server", "account.created", "account/1"], ["administrator", "session.begun", "account/1"],
    ...INSTITUTIONS.flatMap((institution, index) => [
      ["administrator", "institution.added", `institution/${institution.id}`],
      ["administrator", "site.invited", `institution/${institution.id}`],
      [SITE_IDS[index], "site.joined", `site/${SITE_IDS[index]}`],
    ]),
    ["administrator", "run.submitted", "run/run-live"],
    ...SITE_IDS.map((site) => [site, "run.approved", "run/run-live"]),
    ["server", "run.started", "run/run-live"],
  ];
  return actions.map(([actor, action, subject], index) => ({
    id: index + 1, time: ago((actions.length - index) * 47), actor, action, subject,
    params: action === "run.submitted" ? { rounds: 20, sites: 4 } : {},
    hash: `blake3:${(index + 16).toString(16).repeat(8)}9d04`,
  }));
}

export class Hub {
  /** @param {{ scene: "live"|"still"|"done"|"empty", publish: Function }} options */
  constructor({ scene, publish }) {
    this.empty = scene === "empty";
    this.signedIn = !process.env.FDD_FIXTURE_SIGNED_OUT;
    this.role = process.env.FDD_FIXTURE_ROLE ?? "administrator";
    this.institutions = [...INSTITUTIONS];
    const done = new RunSimulation({ id: "run-done", name: "lipophilicity pilot", rounds: 12 });
    done.playTo(99, "select");
    this.live = new RunSimulation({ id: "run-live", name: "demo: logD, hERG, CYP2D6", publish });
    if (scene === "still") this.live.playTo(12, "train");
    if (scene === "done") this.live.playTo(99, "select");
    if (scene === "live") setInterval(() => this.live.tick(), this.live.tickMs);
    this.runs = this.empty ? [] : [this.live, done];
  }

  me() {
    return {
      account: { id: "1", email: "admin@example.org", name: "Administrator", role: this.role },
      consortium: { name_ko: "시연 컨소시엄", name_en: "Demo consortium", demo: true },
      server_version: "0.1.0", ui_language: "ko",
    };
  }

  /** @returns {[number, unknown]} status and body */
  answer(method, path, query, body) {
    if (path === "/session" && method === "POST") {
      if (body.password !== "demo") return [401, { title: "Wrong email or password", status: 401, code: "FDD-2101", params: {} }];
      this.signedIn = true;
      return [200, this.me()];
    }
    if (!this.signedIn) return [401, { title: "Sign in first", status: 401, code: "FDD-2100", params: {} }];
    if (path === "/session") { this.signedIn = false; return [204, null]; }
    if (path === "/me") return [200, this.me()];
    if (path === "/sites") return [200, { items: this.empty ? [] : sites() }];
    if (path === "/families") return [200, families()];
    if (path === "/run-spec/schema") return [200, { ...schemas.RunSpec, $defs: schemas }];
    if (path === "/run-spec/check") return [200, checked(body)];
    if (path === "/projects") return [200, { items: [{ project_id: "demo", name_ko: "데모", name_en: "Demo", endpoints: [] }] }];
    if (path === "/trunks") return [200, { items: [] }];
    if (path === "/data-cards") return [200, { items: this.empty ? [] : dataCards() }];
    if (path === "/institutions" && method === "POST") {
      const institution = { id: `inst-${this.institutions.length}`, ...body };
      this.institutions.push(institution);
      return [201, institution];
    }
    if (path === "/institutions") return [200, { items: this.institutions }];
    if (path === "/join-codes") {
      return [201, { code: "7QK2-XW9M-4TRD", expires_at: ago(-86_400), command: "fdd-client join https://hub.example.org 7QK2-XW9M-4TRD" }];
    }
    if (path === "/runs") return [200, { items: this.runs.map((run) => run.summary()) }];
    if (path === "/audit") {
      const after = Number(query.get("after") ?? 0);
      return [200, { items: auditItems().filter((item) => item.id > after), chain_ok: true }];
    }
    const [, id, part] = path.match(/^\/runs\/([^/]+)(?:\/(\w+))?$/) ?? [];
    const run = this.runs.find((one) => one.id === id);
    if (!run) return [404, { title: "No such run", status: 404, code: "FDD-2001", params: {} }];
    if (part === undefined) return [200, run.detail()];
    if (part === "rounds") return [200, { items: run.roundList.filter((round) => round.closed_at) }];
    if (part === "series") return [200, { series: [...run.series.values()] }];
    if (part === "report") return [200, run.report()];
    if (part === "stop") { run.status = "stopped"; run.publish("run", { run_id: id }); return [202, {}]; }
    if (part === "events") {
      const after = Number(query.get("after") ?? 0);
      return [200, { items: run.events.filter((event) => event.id > after) }];
    }
    return [404, { title: "Not found", status: 404, code: "FDD-2001", params: {} }];
  }
}
