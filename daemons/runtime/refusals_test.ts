import assert from "node:assert/strict";
import type { Json } from "./messages.ts";
import {
  heard,
  heardText,
  levelOf,
  lineEveryMs,
  Refusals,
  type Refused,
  sendersMax,
} from "./refusals.ts";
import { object, oneOf } from "./reader.ts";

const from = { node: "bob", service: "crmd" };
const refused = (change: Partial<Refused> = {}): Refused => ({
  kind: "malformed",
  type: "peer",
  why: "no body",
  ...change,
});

Deno.test("a refusal is a line in the word of its kind, with sender, receiver, type and reason", () => {
  const line = (change: Partial<Refused>, to = "crmd") =>
    new Refusals().take(from, to, refused(change), 0);
  assert.equal(line({}), "Refused a message of bob crmd for crmd: peer: no body");
  assert.match(line({ kind: "misdirected" }) ?? "", /^Refused /);
  assert.match(line({ kind: "unknown" }) ?? "", /^Ignored /);
  assert.match(line({ kind: "unsendable" }) ?? "", /^Dropped /);
  assert.match(line({ type: "" }) ?? "", /: no type: no body$/);
  assert.match(line({ type: "x".repeat(64) }) ?? "", /: x{64}: /);
  assert.match(line({ type: "x".repeat(65) }) ?? "", /: x{64}\.\.\.: /);
  assert.deepEqual(
    ["unknown", "malformed", "misdirected", "unsendable"].map((kind) =>
      levelOf(kind as Refused["kind"])
    ),
    ["info", "warning", "warning", "warning"],
  );
});

Deno.test("each sender and kind has a line a minute, which says how many there were between", () => {
  const refusals = new Refusals();
  const take = (at: number, change: Partial<Refused> = {}) =>
    refusals.take(from, "crmd", refused(change), at);
  assert.match(take(0) ?? "", /no body$/);
  assert.equal(take(0), undefined);
  assert.equal(take(lineEveryMs - 1), undefined);
  assert.match(take(lineEveryMs) ?? "", /no body \(and 2 more like it since the last line\)$/);
  assert.match(take(lineEveryMs, { kind: "unknown" }) ?? "", /no body$/, "another kind");
  assert.match(take(2 * lineEveryMs) ?? "", /no body$/, "they are counted once");
  assert.deepEqual(refusals.counts(), { "malformed bob crmd": 5, "unknown bob crmd": 1 });
  assert.equal(
    refusals.closed("silent", "asked nothing", 0),
    "Closed the link of a client: asked nothing",
  );
  assert.equal(refusals.closed("silent", "asked nothing", 1), undefined);
  assert.match(refusals.closed("crowded", "too many", 1) ?? "", /too many$/);
  assert.equal(refusals.report({ type: "cib/query", id: "1" }), undefined);
  assert.deepEqual(refusals.report({ type: "status/query", id: "1" }), {
    type: "status/answer",
    id: "1",
    status: refusals.counts(),
  });
});

Deno.test("so many senders are counted one by one; the others of a kind together", () => {
  const refusals = new Refusals();
  const take = (node: number, kind: Refused["kind"] = "malformed") =>
    refusals.take({ node: `n${node}`, service: "crmd" }, "crmd", refused({ kind }), 0);
  for (let node = 0; node < sendersMax + 3; node++) take(node);
  take(0);
  take(sendersMax + 9, "unknown");
  const counts = Object(refusals.counts());
  assert.equal(Object.keys(counts).length, sendersMax + 2);
  assert.equal(counts["malformed (others)"], 3);
  assert.equal(counts["unknown (others)"], 1);
  assert.equal(counts["malformed n0 crmd"], 2);
  assert.equal(counts[`malformed n${sendersMax - 1} crmd`], 1);
});

Deno.test("what a machine hears is read; what it cannot read is counted and logged", () => {
  const refusals = new Refusals();
  const read = object({ type: oneOf("a"), id: oneOf("1", "2") });
  const out: { readonly type: string; readonly text?: string; readonly level?: string }[] = [];
  const hear = (body: unknown, at = 0) =>
    heard(read, body, from, { refusals, service: "crmd", at, out: out as never });
  assert.deepEqual(hear({ type: "a", id: "1", more: 2 }), { type: "a", id: "1" });
  assert.deepEqual(out, []);
  assert.equal(hear({ type: "b", id: "1" }), undefined);
  assert.equal(hear({ type: "a", id: "3" }), undefined);
  assert.equal(hear({ type: "a", id: "3" }), undefined);
  assert.equal(hear(null, lineEveryMs), undefined);
  assert.deepEqual(out.map(({ type, level, text }) => `${type} ${level} ${text}`), [
    "log info Ignored a message of bob crmd for crmd: b: .type: expected one of a",
    "log warning Refused a message of bob crmd for crmd: a: .id: expected one of 1, 2",
    "log warning Refused a message of bob crmd for crmd: no type: expected an object " +
    "(and 1 more like it since the last line)",
  ]);
  const hearText = (text: string) =>
    heardText((value) => value as Json, text, from, {
      refusals: new Refusals(),
      service: "crmd",
      at: 0,
      out: [],
    });
  assert.deepEqual(hearText('{"a":[1]}'), { a: [1] });
  assert.equal(hearText("{"), undefined);
  assert.ok(Array.isArray(hearText("[".repeat(64) + "]".repeat(64))));
  assert.equal(hearText("[".repeat(65) + "]".repeat(65)), undefined);
});
