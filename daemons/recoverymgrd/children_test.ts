import assert from "node:assert/strict";
import { endOf } from "./children.ts";

Deno.test("an emptied run folder is no wrong configuration: the node may be started again", () => {
  assert.deepEqual(endOf(78, null, true), { how: "ended with code 78", code: 78 });
  const { how, code } = endOf(78, null, false);
  assert.equal(code, 69);
  assert.match(how, /somebody emptied the run folder.*Fix: /);
  assert.deepEqual(endOf(1, null, false), { how: "ended with code 1", code: 1 });
  assert.deepEqual(endOf(0, "SIGKILL", false), {
    how: "was ended by SIGKILL",
    signal: "SIGKILL",
  });
});
