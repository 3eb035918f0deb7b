import assert from "node:assert/strict";
import { string, stringOf } from "./fields.ts";
import { isBulk, lineBulk, next, queueUp, went } from "./line_bulk.ts";

const asked = (firstseq: string) => [
  string("t", "NS_rexmit"),
  string("src", "c"),
  string("dest", "a"),
  string("firstseq", firstseq),
];

Deno.test("questions for lost messages wait, and each waits once, however often it is asked", () => {
  const bulk = lineBulk(1_920);
  assert.ok(isBulk(asked("7")));
  for (const seq of ["7", "8", "7", "7", "8"]) queueUp(bulk, asked(seq), undefined, 0);
  const taken = [];
  for (let at = 0; at < 1_000; at++) {
    const waiting = next(bulk, at);
    if (waiting === undefined) continue;
    taken.push([at, stringOf(waiting.message, "firstseq")]);
    went(bulk, 192, at); // a tenth of a second of the line, of which they get half the time
  }
  assert.deepEqual(taken, [[0, "7"], [200, "8"]]);
});

Deno.test("a status waits for nothing", () => {
  assert.ok(!isBulk([string("t", "status"), string("src", "c")]));
});

Deno.test("when packets went is forgotten in time, also where one goes again and again", () => {
  const bulk = lineBulk(1_920);
  const numbered = (n: string) => [string("t", "NS_hastream"), string("src", "c"), string("n", n)];
  const goes = (n: string, at: number) => {
    queueUp(bulk, numbered(n), undefined, at);
    return next(bulk, at) !== undefined;
  };
  assert(goes("1", 0) && goes("2", 1));
  assert(!goes("1", 499), "its acknowledgement may be on its way");
  assert(goes("1", 500));
  assert(goes("3", 600));
  assert.deepEqual([...bulk.wentAt].map(([key, at]) => [key.split(" ")[3], at]), [
    ["1", 500],
    ["3", 600],
  ]);
});
