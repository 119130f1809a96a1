// Answers of a made-up site console, for looking at the pages during development.
import { INSTITUTIONS } from "./run-simulation.mjs";

const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
const digest = (seed) => `blake3:${seed.toString(16).padStart(4, "0")}c1f09e7ab4d2406d8e0b`;

function journal() {
  return Array.from({ length: 24 }, (_, index) => {
    const isUpdate = index % 2 === 0;
    return {
      seq: index + 1, time: ago((24 - index) * 8), run_id: "run-live", round: Math.floor(index / 2) + 1,
      phase: isUpdate ? "train" : "evaluate", kind: isUpdate ? "update" : "metrics",
      bytes: isUpdate ? 1_048_576 : 412, tensors: isUpdate ? 14 : null,
      norm: isUpdate ? 3.1 * Math.exp(-index / 18) : null, sealed: false,
      digest: digest(index), recipient: "hub", hash: digest(index + 90),
    };
  });
}

const DATASETS = [{
  name: "lipophilicity", version: 1, rows: 1_411, rejected: 12, created_at: ago(90_000),
  endpoints: [
    { id: "lipophilicity.logd74", name_ko: "친유성, log D(pH 7.4)", name_en: "Lipophilicity, log D at pH 7.4", rows: 1_205 },
    { id: "herg.inhibition", name_ko: "hERG 저해", name_en: "hERG inhibition", rows: 206 },
  ],
  findings: [
    { code: "conflicting_replicates", endpoint: "lipophilicity.logd74", fixable: false, severity: "warn", rows: 12, title_ko: "반복 측정값이 서로 다릅니다", title_en: "Replicates disagree", explanation_ko: "같은 분자의 값이 측정 잡음보다 크게 다릅니다. 중앙값을 씁니다.", explanation_en: "Values of the same molecule differ by more than the assay noise. The median is used." },
    { code: "piled_up_extremes", endpoint: "lipophilicity.logd74", fixable: true, severity: "warn", rows: 140, title_ko: "친유성, log D: 값의 10 %가 정확히 4.5에 몰려 있습니다", title_en: "Lipophilicity: 10 % of the values are exactly 4.5", explanation_ko: "한쪽 끝에 몰린 값은 시험의 측정 한계가 숨어 있는 것입니다.", explanation_en: "A pile at one end is a limit of the assay in disguise." },
    { code: "mixture", endpoint: "", fixable: false, severity: "note", rows: 31, title_ko: "염과 혼합물", title_en: "Salts and mixtures", explanation_ko: "가장 큰 유기 조각만 씁니다.", explanation_en: "Only the largest organic fragment is used." },
  ],
  corrections: [{ finding: "out_of_range", kind: "leave_out", rows: 3 }],
  certificate: { passes: true, issued_at: ago(80_000) },
}];
const CHANGE = {
  version: "", rows: [1411, 1411], molecules: { "lipophilicity.logd74": [1205, 1205] },
  gone: [{ finding: "piled_up_extremes:lipophilicity.logd74", title_ko: "값의 10 %가 정확히 4.5에 몰려 있습니다", title_en: "10 % of the values are exactly 4.5" }], new: [], admitted: ["lipophilicity.logd74"],
};

/** Made-up figures of one endpoint on two sets of molecules. */
function valueReport(finished_at) {
  const ways = ["local", "federated", "heads", "finetuned", "mixed"];
  const part = (values, n, bands) => ({
    n, enough: true, bands,
    scores: ways.map((way, k) => ({ way, value: values[k], low: values[k] - 0.04, high: values[k] + 0.045, coverage: 0.93 - k * 0.01, width: 1.1 - k * 0.03 })),
    against_local: ways.slice(1).map((way, k) => ({ way, difference: values[k + 1] - values[0], low: values[k + 1] - values[0] - 0.03, high: values[k + 1] - values[0] + 0.03, p: 0.01, verdict: Math.abs(values[k + 1] - values[0]) > 0.03 ? "better" : "noise" })),
  });
  const band = (low, high, n, values) => ({ low, high, n, scores: ways.map((way, k) => ({ way, value: values[k], low: null, high: null, coverage: null, width: null })) });
  const row = {
    endpoint: "lipophilicity.logd74", metric: "mae", better: "lower", binary: false, molecules: [905, 121, 179], chosen: "mixed",
    own: part([0.536, 0.514, 0.521, 0.472, 0.468], 179, [band(0.3, 0.5, 66, [0.61, 0.55, 0.57, 0.52, 0.51]), band(0.5, 0.7, 81, [0.5, 0.49, 0.5, 0.45, 0.45])]),
    others: part([0.743, 0.59, 0.62, 0.581, 0.575], 640, [band(0, 0.3, 480, [0.79, 0.6, 0.64, 0.6, 0.59])]),
  };
  return { run_id: "run-done", name: "lipophilicity pilot", finished_at, level: 0.9, rows: [row], advice: [null] };
}

const MODEL = { run_id: "run-done", name: "lipophilicity pilot", endpoints: [
  { endpoint: "lipophilicity.logd74", name_ko: "친유성, log D(pH 7.4)", name_en: "Lipophilicity, log D at pH 7.4", unit: "", scale: "log10", binary: false, way: "mixed", training_rows: 905, calibrated: 121 },
  { endpoint: "herg.inhibition", name_ko: "hERG 저해", name_en: "hERG inhibition", unit: "", scale: "linear", binary: true, way: "federated", training_rows: 150, calibrated: null },
] };
const CARD = { name: MODEL.name, run_id: MODEL.run_id, family: "mlp-ecfp", featurizer: "ecfp4-counts+descriptors", pipeline: digest(3), catalogue: "2026.1", model: digest(4), level: 0.9, licence: "",
  endpoints: MODEL.endpoints.map((endpoint) => ({ ...endpoint, positive_en: "blocks the channel", positive_ko: "채널을 막음", metric: endpoint.binary ? "auroc" : "mae", training_molecules: endpoint.binary ? "100–200" : "500–1,000",
    own: endpoint.binary ? null : { molecules: "100–200", value: 0.468, low: 0.43, high: 0.51, coverage: 0.91 }, others: { molecules: "500–1,000", value: endpoint.binary ? 0.84 : 0.575, low: 0.54, high: 0.61, coverage: 0.9 } })) };
const KEY_WORDS = ["amber", "boat", "cliff", "dune", "echo", "fern"];
const RING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 220 150"><path d="M110 35 145 55v40l-35 20-35-20V55Z" fill="none" stroke="black" stroke-width="2"/></svg>';

/** A made-up prediction; every third structure is unreadable. */
function predicted(_, k) {
  if (k % 3 === 2) return { problem: "unparsable", picture: null, endpoints: {}, nearest: [] };
  return { problem: null, picture: RING, endpoints: {
    "lipophilicity.logd74": { way: "mixed", binary: false, unit: "", value: 2.31 + k / 7, low: 1.2, high: 3.4, label: "", verdict: k ? "edge" : "inside", atoms: RING },
    "herg.inhibition": { way: "federated", binary: true, unit: "", value: 0.34, low: null, high: null, label: "", verdict: "outside", atoms: RING },
  }, nearest: [0.71, 0.52, 0.44].map((similarity, n) => ({ name: `CMP-${n + 40}`, similarity, picture: RING, values: { "lipophilicity.logd74": 2.1 + n } })) };
}

const SPEC = { version: 1, name: "demo: logD, hERG, CYP2D6", strategy: { name: "fedavg" }, training: { rounds: 20 } };

export class SiteConsole {
  constructor({ scene }) {
    this.empty = scene === "empty";
    this.decision = "waiting";
    this.paused = false;
    this.policy = {
      version: 1, weakest_sandbox: "C",
      projects: { demo: {
        approve: "ask", endpoints: ["lipophilicity.logd74", "herg.inhibition"], families: ["mlp-ecfp"],
        privacy_modes: ["open"], minimum_sites: 3, most_rounds: 200, metrics: "basic", share_report: true, share_histograms: false, approval_days: 30,
      } },
    };
    this.reports = [valueReport(ago(4_000))];
  }

  status() {
    const current = { run_id: "run-live", round: 12, phase: "train", progress: 0.62 };
    return {
      site: { site_id: "site-a", name: "main", institution: INSTITUTIONS[0] },
      server: { url: "https://hub.example.org", reachable: true, reason: null },
      state: this.paused ? "paused" : this.empty ? "idle" : "training",
      why: this.paused ? "paused" : null, current: this.empty || this.paused ? null : current,
      next: null, sandbox_level: "A", client_version: "0.1.0",
    };
  }

  answer(method, path, query, body) {
    const items = (list) => [200, { items: this.empty ? [] : list }];
    if (path === "/me") return [200, {}];
    if (path === "/status") return [200, this.status()];
    if (path === "/roster") return [200, this.empty
      ? { key_words: KEY_WORDS, version: 0, words: [], founding_words: [], listed: null, threshold: 0, members: [] }
      : { key_words: KEY_WORDS, version: 3, words: ["north", "lamp", "field", "river", "stone", "oak"],
          founding_words: ["cedar", "drum", "ice", "lion", "mint", "sail"], listed: true, threshold: 2,
          members: INSTITUTIONS.map((one, at) => ({ institution: `m${at}`, ...one, sites: [`site-${at}`] })) }];
    if (path.startsWith("/datasets/") && path.endsWith("/card")) {
      if (method === "POST") this.card = { wanted: "shared", digest: body.digest, done_at: ago(1), refused: null };
      if (method === "DELETE") this.card = { ...this.card, wanted: "withdrawn" };
      return method !== "GET" ? [202, this.card] : [200, { handle: "c1f09e7ab4d2406d", digest: digest(88), bytes: 812, shared: this.card ?? null, card: { molecules: "1000-1999", scaffolds: "500-999", findings: [], endpoints: [
        { endpoint: "lipophilicity.logd74", molecules: "1000-1999", limits: "0-1 %", positive: "",
          edges: [-5, -2.5, 0, 2.5, 5, 7.5, 10], counts: [0, 14, 320, 610, 250, 11] },
      ] } }];
    }
    if (path.endsWith("/corrections")) return [200, CHANGE];
    if (path === "/datasets/preview") {
      return [200, { mapping: { structure: "Drug", values: [{ column: "Y", endpoint: "lipophilicity.logd74" }] }, columns: [
        { name: "Drug", samples: ["•••", "•••"], guess: "structure", score: 0.99 },
        { name: "Y", samples: ["3.54", "-1.18"], guess: "lipophilicity.logd74", score: 0.83 },
        { name: "Note", samples: ["a", "b"], guess: null, score: null },
      ] }];
    }
    if (path === "/pipeline") return [200, { name: "2026.2", accepted: true, reference: digest(70), steps: ["standardize", "identity", "splits", "features"].map((name, at) => ({ name, digest: digest(71 + at) })) }];
    if (path === "/datasets") return method === "POST" ? [201, {}] : items(DATASETS);
    if (path === "/policy") {
      if (method === "PUT") this.policy = body;
      return [200, this.policy];
    }
    if (path === "/journal") {
      const after = Number(query.get("after") ?? 0);
      return [200, { items: this.empty ? [] : journal().filter((entry) => entry.seq > after), chain_ok: true }];
    }
    if (path === "/runs") {
      return items([{ run_id: "run-live", name: SPEC.name, spec: SPEC, spec_digest: digest(51), decision: this.decision,
        policy_verdict: { allowed: true, rule: null, params: {} } }]);
    }
    if (path.endsWith("/decision")) { this.decision = body.decision; return [204, null]; }
    if (path === "/models") return items([MODEL]);
    if (path.endsWith("/card")) return [200, { card: CARD, markdown_ko: "# ", markdown_en: "# " }];
    if (path === "/predictions") return [200, { molecules: body.structures.map(predicted), seconds: 0.04 }];
    if (path === "/reports") return items(this.reports);
    if (path.startsWith("/actions/")) { this.paused = path.endsWith("pause"); return [204, null]; }
    return [404, { title: "Not found", status: 404, code: "FDD-2006", params: {} }];
  }
}
