import assert from "node:assert/strict";
import { daemonLines, daemonsOf, daemonWarnings } from "./daemons_file.ts";

Deno.test("daemons that do not run, or were restarted, are shown", { permissions: "none" }, () => {
  const read = daemonsOf({
    daemons: [
      { name: "heartbeat", state: "running", restarts: 0, last: "" },
      { name: "lrmd", state: "silent", restarts: 2, last: "was ended by SIGKILL" },
      { name: 7, state: "running", restarts: 0 },
      null,
    ],
    givenUp: "",
  });
  assert.ok(read);
  assert.deepEqual(daemonLines(read), [
    "  * Daemon lrmd: silent, restarted 2 times; it was ended by SIGKILL",
  ]);
  assert.deepEqual(daemonWarnings(read), ["daemon lrmd is silent; it was ended by SIGKILL"]);
  const given = daemonsOf({ daemons: [], givenUp: "too many restarts" });
  assert.ok(given);
  assert.deepEqual(daemonWarnings(given), ["the node was given up: too many restarts"]);
  for (const wrong of [null, 1, {}, { daemons: {} }]) assert.equal(daemonsOf(wrong), undefined);
});
