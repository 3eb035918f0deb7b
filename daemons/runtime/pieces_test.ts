import assert from "node:assert/strict";
import type { Effect } from "./machine.ts";
import type { Json } from "./messages.ts";
import { text } from "./reader.ts";
import { piecedValuesMax } from "./protocol.ts";
import { Refusals } from "./refusals.ts";
import { cut, heardPiece, pieceCharactersMax, type Unfinished } from "./pieces.ts";

const from = { node: "bob", service: "cib" };
const read = text(1_000_000);

function ear() {
  const state = { unfinished: new Map<string, Unfinished>(), refusals: new Refusals() };
  const out: Effect[] = [];
  return {
    state,
    out,
    hear: (body: Json) => heardPiece(read, body, from, { ...state, service: "cib", at: 0, out }),
  };
}

Deno.test("a text comes whole out of its pieces", () => {
  const { hear, state, out } = ear();
  const said = "x".repeat(3 * pieceCharactersMax);
  const pieces = [...cut(JSON.stringify(said))];
  const last = pieces.pop()!;
  for (const piece of pieces) assert.equal(hear(piece), undefined);
  assert.equal(hear(last), said);
  assert.deepEqual([state.refusals.counts(), out], [{}, []]);
});

Deno.test("a piece that is none, or does not follow, is counted, with one line for the log", () => {
  const { hear, state, out } = ear();
  for (const body of [null, 5, {}, { at: -1, of: 1, part: "" }, { at: 0, of: 1, part: 5 }]) {
    assert.equal(hear(body), undefined);
  }
  hear({ at: 0, of: 3, part: "a" });
  hear({ at: 2, of: 3, part: "c" });
  assert.deepEqual(state.refusals.counts(), { "malformed bob cib": 6 });
  assert.equal(out.length, 1);
  // Whoever comes into the middle of a text has missed nothing.
  hear({ at: 1, of: 2, part: "b" });
  assert.deepEqual(state.refusals.counts(), { "malformed bob cib": 6, "unknown bob cib": 1 });
});

Deno.test("a text of too many values is counted and never parsed, however few bytes it takes", () => {
  const { hear, state, out } = ear();
  const parse = JSON.parse;
  let parsed = 0;
  JSON.parse = (...args) => (parsed++, parse(...args));
  try {
    // Sixty megabytes of it would take two gigabytes, and seconds.
    for (const piece of cut(`[${"{},".repeat(piecedValuesMax / 2)}0]`)) hear(piece);
    assert.equal(parsed, 0);
    for (const piece of cut(`[${"0,".repeat(1_000)}0]`)) hear(piece);
    assert.equal(parsed, 1);
  } finally {
    JSON.parse = parse;
  }
  assert.deepEqual(state.refusals.counts(), { "malformed bob cib": 2 });
  assert.match(JSON.stringify(out), /it holds more than 4194304 values/);
});
