import assert from "node:assert/strict";
import { parse } from "@std/xml";
import { requestOf, timeOf } from "./request.ts";

Deno.test("a call says how deep to go", () => {
  const depth = (options: Record<string, string | boolean>) => {
    const call = requestOf({ options, positionals: [] });
    assert.ok(typeof call !== "string");
    return call.depth;
  };
  assert.equal(depth({}), "status");
  assert.equal(depth({ run: true }), "run");
  assert.equal(depth({ "save-graph": "g" }), "run");
  assert.equal(depth({ simulate: true }), "simulate");
  assert.equal(depth({ "in-place": true }), "simulate");
  assert.equal(depth({ "save-output": "o" }), "simulate");
});

Deno.test("everything that is wrong with a call is said at once", () => {
  const said = requestOf({
    options: {
      "op-fail": ["x"],
      "op-inject": ["y@z"],
      "set-datetime": "yesterday",
      quorum: "maybe",
      watchdog: "",
    },
    positionals: [],
  });
  assert.ok(typeof said === "string");
  for (const part of [`"x"`, `"y@z"`, `"yesterday"`, `--quorum "maybe"`, `--watchdog ""`]) {
    assert.ok(said.includes(part), part);
  }
});

Deno.test("the time is that of the call, else that of the CIB, else that of the clock", () => {
  const { root } = parse(`<cib execution-date="1493818404"/>`);
  assert.deepEqual(timeOf(root, {}, 5), {
    nowS: 1493818404,
    timeNote: "Using the original execution date of: 2017-05-03 13:33:24Z",
  });
  assert.deepEqual(timeOf(root, { time: { text: "2005-020", atS: 7 } }, 5), {
    nowS: 7,
    timeNote: "Setting effective cluster time: 2005-020",
  });
  assert.deepEqual(timeOf(parse("<cib/>").root, {}, 5), { nowS: 5 });
});
