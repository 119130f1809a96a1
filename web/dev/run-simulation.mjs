// A made-up run for looking at the pages during development. Nothing here is measured or shipped.

const ENDPOINTS = {
  "lipophilicity.logd74": { metric: "mae", better: "lower", to: 0.56, central: 0.52, local: 0.93 },
  "herg.inhibition": { metric: "auroc", better: "higher", to: 0.84, central: 0.86, local: 0.69 },
  "cyp2d6.inhibition": { metric: "auprc", better: "higher", to: 0.66, central: 0.7, local: 0.43 },
};
const ALL = Object.keys(ENDPOINTS);

export const INSTITUTIONS = ["A", "B", "C", "D"].map((letter, index) => ({
  id: `inst-${letter.toLowerCase()}`,
  name_ko: `기관 ${"가나다라"[index]}`,
  name_en: `Institution ${letter}`,
}));

const MEMBERS = [
  { has: ALL, rows: ["1,000–2,000", "200–500", "2,000–5,000"], bias: 0 },
  { has: ALL.slice(0, 2), rows: ["500–1,000", "100–200"], bias: 0.05 },
  { has: ALL, rows: ["500–1,000", "50–100", "1,000–2,000"], bias: 0.02 },
  { has: [ALL[0], ALL[2]], rows: ["200–500", "500–1,000"], bias: 0.08 },
];
export const SITE_IDS = ["site-a", "site-b", "site-c", "site-d"];

const PHASES = [["select", 1], ["train", 6], ["aggregate", 1], ["evaluate", 2], ["checkpoint", 1]];
const UPDATE_BYTES = 1_048_576;

/** Repeatable noise: the same page looks the same at the next start. */
function noise(seed) {
  const x = Math.sin(seed * 12.9898) * 43_758.5453;
  return x - Math.floor(x) - 0.5;
}

function score(endpoint, round, member, rounds) {
  const at = ALL.indexOf(endpoint);
  const reach = Math.exp((-3.6 * round) / rounds);
  const wobble = 0.02 * noise(round * 7 + member * 131 + at * 17);
  return [0.42, 0.48, 0.45][at] + [0.5, 0.3, 0.26][at] * reach + (member < 0 ? 0 : MEMBERS[member].bias) + wobble;
}

export class RunSimulation {
  constructor({ id, name, rounds = 20, tickMs = 500, publish = () => {} }) {
    Object.assign(this, { id, name, rounds, tickMs, publish });
    this.status = "running";
    this.round = 0;
    this.phaseIndex = -1;
    this.ticksLeft = 0;
    this.startedAt = Date.now();
    this.finishedAt = null;
    this.roundList = [];
    this.events = [];
    this.series = new Map();
    this.sites = SITE_IDS.map(() => ({ state: "idle", reason: null, done: 0, bytes: 0 }));
    this.log("run_started", { sites: 4 });
  }

  log(code, params = {}, severity = "info") {
    const event = { id: this.events.length + 1, time: new Date(this.now()).toISOString(), code, params, severity };
    this.events.push(event);
    this.publish("event", { run_id: this.id, id: event.id });
  }

  /** When played ahead in one go, the clock moves with the ticks instead of the wall. */
  now() {
    return this.clock ?? Date.now();
  }

  playTo(round, phase) {
    this.clock = Date.now() - 1_000 * this.rounds * 11;
    this.startedAt = this.clock;
    while (this.status === "running" && !(this.round === round && PHASES[this.phaseIndex]?.[0] === phase && this.ticksLeft <= 3)) {
      this.clock += 900;
      this.tick();
    }
    const shift = Date.now() - this.clock;
    this.startedAt += shift;
    if (this.finishedAt) this.finishedAt += shift;
    for (const list of [this.roundList, this.events]) {
      for (const item of list) {
        for (const key of ["opened_at", "closed_at", "time"]) {
          if (item[key]) item[key] = new Date(Date.parse(item[key]) + shift).toISOString();
        }
      }
    }
    this.clock = undefined;
  }

  tick() {
    if (this.status !== "running") return;
    if (this.ticksLeft > 0) {
      this.ticksLeft -= 1;
      if (PHASES[this.phaseIndex][0] === "train") this.train();
      return;
    }
    this.phaseIndex += 1;
    if (this.phaseIndex >= PHASES.length || this.phaseIndex === 0) this.nextRound();
    if (this.status !== "running") return;
    const [phase, ticks] = PHASES[this.phaseIndex];
    this.ticksLeft = ticks;
    this.enter(phase);
    this.publish("run", { run_id: this.id });
  }

  nextRound() {
    if (this.round === this.rounds) {
      this.status = "completed";
      this.finishedAt = this.now();
      this.sites.forEach((site) => (site.state = "idle"));
      this.log("run_completed", { reason: "finished" });
      this.publish("run", { run_id: this.id });
      this.publish("report", { run_id: this.id });
      return;
    }
    this.phaseIndex = 0;
    this.round += 1;
    this.roundList.push({
      round: this.round, opened_at: new Date(this.now()).toISOString(), closed_at: null,
      cohort: SITE_IDS, survivors: [], excluded: [], model_digest: null, seconds: null,
    });
  }

  enter(phase) {
    const current = this.roundList.at(-1);
    if (phase === "select") {
      this.sites.forEach((site) => Object.assign(site, { state: "waiting", reason: null }));
    }
    if (phase === "train") this.sites.forEach((site) => (site.state = "working"));
    if (phase === "aggregate") {
      this.sites.forEach((site, index) => {
        if (site.state === "sent") current.survivors.push(SITE_IDS[index]);
        else {
          Object.assign(site, { state: "excluded", reason: "no_reply" });
          current.excluded.push({ site: SITE_IDS[index], reason: "no_reply" });
          this.log("site_excluded", { site: SITE_IDS[index], reason: "no_reply", round: this.round }, "warning");
        }
      });
    }
    if (phase === "evaluate") this.evaluate();
    if (phase === "checkpoint") {
      current.closed_at = new Date(this.now()).toISOString();
      current.seconds = (this.now() - Date.parse(current.opened_at)) / 1000;
      current.model_digest = `blake3:${String(this.round).padStart(4, "0")}c1f09e7ab4d2`;
      this.log("round_finished", { round: this.round, sites: current.survivors.length, score: score(ALL[0], this.round, -1, this.rounds) });
    }
    this.publish("site", { run_id: this.id });
  }

  train() {
    this.sites.forEach((site, index) => {
      const late = this.round === 6 && index === 3;
      const at = (index + this.round) % 4;
      if (site.state === "working" && !late && this.ticksLeft === at) {
        Object.assign(site, { state: "sent", done: site.done + 1, bytes: site.bytes + UPDATE_BYTES });
        this.publish("site", { run_id: this.id, site_id: SITE_IDS[index] });
      }
    });
  }

  evaluate() {
    for (const endpoint of ALL) {
      [-1, 0, 1, 2, 3].forEach((member) => {
        if (member >= 0 && !MEMBERS[member].has.includes(endpoint)) return;
        const site = member < 0 ? null : SITE_IDS[member];
        this.point({ name: "validation_loss", endpoint, site, better: "lower" }, score(endpoint, this.round, member, this.rounds));
      });
    }
    [-1, 0, 1, 2, 3].forEach((member) => {
      const loss = 0.9 * Math.exp(-this.round / 6) + 0.2 + 0.03 * noise(this.round + member);
      this.point({ name: "train_loss", endpoint: null, site: SITE_IDS[member] ?? null, better: "lower" }, loss);
    });
    this.point({ name: "update_norm", endpoint: null, site: null, better: null }, 3.1 * Math.exp(-this.round / 9));
  }

  point(head, value) {
    const key = `${head.name}|${head.endpoint}|${head.site}`;
    if (!this.series.has(key)) this.series.set(key, { ...head, points: [] });
    this.series.get(key).points.push([this.round, value]);
    this.publish("series", { run_id: this.id, name: head.name, endpoint: head.endpoint, site: head.site, round: this.round, value });
  }

  summary() {
    const iso = (time) => (time ? new Date(time).toISOString() : null);
    return {
      run_id: this.id, name: this.name, project_id: "demo", status: this.status,
      phase: this.status === "running" ? (PHASES[this.phaseIndex]?.[0] ?? "admit") : null,
      round: this.round, rounds: this.rounds, sites: SITE_IDS.length,
      created_at: iso(this.startedAt - 20_000), started_at: iso(this.startedAt),
      finished_at: iso(this.finishedAt), stop_reason: this.status === "completed" ? "finished" : null,
    };
  }

  detail() {
    const closed = this.roundList.filter((round) => round.closed_at);
    return {
      ...this.summary(),
      spec: {
        version: 1, name: this.name, project: "demo", seed: 1,
        endpoints: ALL.map((id) => ({ id, head: "private" })),
        model: { family: "mlp-ecfp", options: { hidden: 512 } },
        training: { rounds: this.rounds, local_epochs: 1, batch_size: 64, learning_rate: 0.001 },
        strategy: { name: "fedavg", weights: "sqrt" },
        privacy: { mode: "open", aggregator: "hub" },
      },
      spec_digest: "blake3:8d1b64f0c2a97e35b0e4d7716a3c95ff",
      histograms: [{ endpoint: "lipophilicity.logd74", edges: [-5, -2.5, 0, 2.5, 5, 7.5, 10], counts: [0, 61, 1_204, 2_590, 930, 42], sites: 4 }],
      deadline: this.status === "running" ? new Date(Date.now() + this.ticksLeft * this.tickMs + 60_000).toISOString() : null,
      model: closed.length === 0 ? null : {
        digest: `blake3:${String(closed.length).padStart(4, "0")}c1f09e7ab4d2406d8e0b57f1a9c3`,
        bytes: UPDATE_BYTES, best_round: Math.max(1, closed.length - 1),
      },
      sites: this.sites.map((site, index) => ({
        site_id: SITE_IDS[index], name: "main", institution: INSTITUTIONS[index],
        approval: "approved", approval_reason: null, state: site.state, state_reason: site.reason,
        rounds_done: site.done, bytes_sent: site.bytes,
        rows: Object.fromEntries(MEMBERS[index].has.map((id, at) => [id, MEMBERS[index].rows[at]])),
        last_seen: new Date(Date.now() - 1_500 - index * 700).toISOString(),
      })),
    };
  }

  report() {
    const measures = Object.fromEntries(ALL.map((id) => [id, { metric: ENDPOINTS[id].metric, better: ENDPOINTS[id].better }]));
    const rows = this.status !== "completed" ? [] : ALL.flatMap((endpoint) =>
      MEMBERS.flatMap((member, index) => {
        if (!member.has.includes(endpoint)) return [];
        const e = ENDPOINTS[endpoint];
        const sign = e.better === "lower" ? 1 : -1;
        const n = noise(index * 31 + endpoint.length);
        const own = { local: e.to + sign * (0.02 + 0.03 * n), federated: e.to + sign * (0.03 - 0.05 * n), personalised: e.to - sign * (0.03 - 0.05 * n), central: null, n: 80 + index * 13 };
        const others = { local: e.local + sign * 0.06 * n, federated: e.to + sign * 0.02 * n, personalised: e.to + sign * (0.04 + 0.02 * n), central: e.central, n: 600 };
        const best = ["local", "federated", "personalised"].sort((a, b) => sign * (own[a] - own[b]))[0];
        return [{ site_id: SITE_IDS[index], endpoint, molecules: 1_890 - index * 402 - ALL.indexOf(endpoint) * 120, own, others, chosen: best }];
      }));
    return { measures, central_because_public: true, rows };
  }
}
