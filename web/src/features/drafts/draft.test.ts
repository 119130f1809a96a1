import { expect, test } from "vitest";
import { draftOf, problemOf, read, remaining, set, write } from "./draft";
import { withFamily } from "./recipe";
import { type JsonSchema, sectionsOf } from "./schema";
import { toToml } from "./toml";

const SCHEMA: JsonSchema = {
  $defs: {
    Training: {
      properties: {
        rounds: { type: "integer", default: 20, minimum: 1, maximum: 10_000 },
        schedule: { type: "string", enum: ["cosine", "constant"], default: "cosine" },
        balance: { type: "boolean", default: false },
        future: { type: "number", default: 2, exclusiveMinimum: 0, title: "Future" },
      },
    },
    Model: {
      properties: {
        family: { type: "string", enum: ["a", "b"], default: "a" },
        options: { type: "object", patternProperties: {} },
        trunk: { anyOf: [{ type: "string", pattern: "^[0-9a-f]{4}$" }, { type: "null" }], default: null },
      },
    },
    Endpoint: { properties: { id: { type: "string" } }, required: ["id"] },
    Mode: { properties: { mode: { const: "open", type: "string", default: "open" } } },
  },
  properties: {
    name: { type: "string", minLength: 1, maxLength: 5 },
    endpoints: { type: "array", items: { $ref: "#/$defs/Endpoint" } },
    model: { $ref: "#/$defs/Model", default: { family: "a", options: {} } },
    training: { $ref: "#/$defs/Training", default: { rounds: 20 } },
    privacy: { $ref: "#/$defs/Mode" },
  },
  required: ["name", "endpoints"],
};
const SECTIONS = sectionsOf(SCHEMA);
const field = (name: string) => {
  const found = SECTIONS.flatMap((section) => section.fields).find((one) => one.name === name);
  if (!found) throw new Error(name);
  return found;
};

test("sections, kinds, bounds and choices come from the schema, a new field by itself", () => {
  expect(SECTIONS.map((section) => section.name)).toEqual(["", "model", "training", "privacy"]);
  const kinds = Object.fromEntries(SECTIONS.flatMap((s) => s.fields).map((one) => [one.name, one.kind]));
  expect(kinds).toEqual({
    name: "text", endpoints: "list", "model.family": "choice", "model.options": "json", "model.trunk": "text",
    "training.rounds": "integer", "training.schedule": "choice", "training.balance": "switch",
    "training.future": "number", "privacy.mode": "fixed",
  });
  expect(field("training.future").title).toBe("Future");
  expect(field("model.trunk").optional).toBe(true);
});

test("a default is not written down, and an empty part leaves the draft", () => {
  const changed = set({}, field("training.rounds"), 30);
  expect(changed).toEqual({ training: { rounds: 30 } });
  expect(set(changed, field("training.rounds"), 20)).toEqual({});
  expect(set(changed, field("training.rounds"), "")).toEqual({});
});

test("a document becomes a draft of what differs, and keeps names that nobody knows", () => {
  const document = {
    name: "x", endpoints: [{ id: "e" }], model: { family: "a", options: {}, trunk: null },
    training: { rounds: 3, schedule: "cosine", surprise: 1 },
  };
  expect(draftOf(document, SECTIONS)).toEqual({
    name: "x", endpoints: [{ id: "e" }], training: { rounds: 3, surprise: 1 },
  });
});

test("the page finds what the hub would find", () => {
  expect(problemOf(field("training.rounds"), 0)?.params).toEqual({ ge: 1 });
  expect(problemOf(field("training.future"), 0)?.problem).toBe("greater_than");
  expect(problemOf(field("name"), "")?.problem).toBe("missing");
  expect(problemOf(field("name"), "too long")?.problem).toBe("string_too_long");
  expect(problemOf(field("model.trunk"), "xyz")?.problem).toBe("string_pattern_mismatch");
  expect(problemOf(field("training.rounds"), 10_000)).toBeNull();
});

test("a problem stays until its field is changed", () => {
  const problems = ["training.rounds", "training", "endpoints.0.id", "name", "the whole"].map((name) => ({
    field: name, problem: "missing", params: {},
  }));
  const before = { name: "x", training: { rounds: 0 }, endpoints: [{ id: "e" }] };
  const left = remaining(problems, before, write(before, ["training", "rounds"], 1));
  expect(left.map((one) => one.field)).toEqual(["endpoints.0.id", "name"]);
});

test("a draft is TOML with plain values before tables, whatever stands in its texts", () => {
  const draft = {
    training: { rounds: 3, learning_rate: 1e-7 },
    name: 'a "b"\n\u007f',
    endpoints: [{ id: "e", head: "shared" }, { id: "f" }],
    model: { options: { hidden: 8 }, family: "b" },
    data: { reference_steps: { identity: "00" } },
  };
  expect(toToml(draft, SECTIONS)).toBe(
    'name = "a \\"b\\"\\n\\u007f"\n\n[[endpoints]]\nid = "e"\nhead = "shared"\n\n[[endpoints]]\nid = "f"\n' +
      '\n[model]\nfamily = "b"\n\n[model.options]\nhidden = 8\n' +
      "\n[training]\nrounds = 3\nlearning_rate = 1e-7\n" +
      '\n[data.reference_steps]\nidentity = "00"\n',
  );
});

test("a family brings its recipe and its featuriser, and leaves the rest", () => {
  const family = {
    name: "dmpnn", featurizers: ["graph"], minimum_rows: 100,
    recipe: { rounds: 8, local_epochs: 4, batch_size: 32, learning_rate: 0.001, schedule: "cosine" },
  } as unknown as Parameters<typeof withFamily>[1];
  const made = withFamily({ name: "x", model: { options: { hidden: 8 } } }, family);
  expect(read(made, ["name"])).toBe("x");
  expect(made.model).toEqual({ family: "dmpnn" });
  expect(made.data).toEqual({ featurizer: "graph", minimum_rows: 100 });
  expect(read(made, ["training", "batch_size"])).toBe(32);
});
