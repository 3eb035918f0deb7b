import assert from "node:assert/strict";
import { Refusals } from "../../runtime/refusals.ts";
import { statusOf } from "./show_status.ts";
import { readTurnedAway, turnedAwayText } from "./turned_away.ts";

Deno.test("what daemons turned away is shown, in text and in JSON, the most first", {
  permissions: "none",
}, () => {
  const cluster = new Refusals();
  for (let count = 0; count < 32; count++) cluster.closed("unfinished", "too much", 0);
  const cib = new Refusals();
  const from = { node: "bob", service: "cib" };
  cib.take(from, "cib", { kind: "malformed", type: "a piece", why: "it is none" }, 0);
  cib.take(from, "cib", { kind: "unknown", type: "later", why: "later" }, 0);
  const answers = { "messages@cluster": cluster.counts(), cib: { refused: cib.counts() } };
  const { text, data } = statusOf({ cib: undefined, answers, results: undefined, silent: [] }, 0);
  assert.match(
    text,
    /^ {2}\* Refused since start: cluster: closed unfinished 32, cib: malformed bob cib 1$/m,
  );
  assert.deepEqual(data.asked.turnedAway.map(({ count }) => count), [32, 1]);
});

Deno.test("answers of another version say nothing here, and many counts are few words", {
  permissions: "none",
}, () => {
  for (const odd of [null, 7, "x", [1], { a: "b" }, { a: -1 }, { a: null }]) {
    assert.deepEqual(readTurnedAway({ cib: odd }), []);
  }
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`closed ${at}`, at + 1]));
  const [line = ""] = turnedAwayText(readTurnedAway({ cluster: many }));
  assert.match(line, /closed 99 100, .*, and 92 more$/);
});
