/**
 * A seed determines a history: it is the same once more, in another process, and in one that
 * interprets the code instead of compiling it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { runOrder } from "./order.ts";

const command = ["--seed", "3", "--minutes", "3", "--nodes", "3", "--json"];
const order = {
  seed: 3,
  minutes: 3,
  later: 0,
  nodes: 3,
  daemons: undefined,
  transport: undefined,
  bug: undefined,
};

/** The trace as another process finds it. */
async function traceOf(...flags: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--cached-only", ...flags, "tests/sim/main.ts", ...command],
    cwd: new URL("../..", import.meta.url),
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout)).trace;
}

Deno.test({
  name: "one seed has one trace: twice in a process, in another, and without the compiler",
  permissions: { run: [Deno.execPath()], read: ["."] },
  async fn() {
    const { trace, events, counts } = runOrder(order);
    const faults = ["crash", "isolate", "partition", "pause"].map((fault) => counts[fault] ?? 0);
    assert.ok(Math.max(...faults) > 0, "nothing happened in it");
    const again = runOrder(order);
    assert.deepEqual([again.trace, again.events], [trace, events]);
    assert.notEqual(
      runOrder({ ...order, seed: 4 }).trace,
      trace,
      "another seed is another history",
    );
    assert.deepEqual(await Promise.all([traceOf(), traceOf("--v8-flags=--jitless")]), [
      trace,
      trace,
    ]);
  },
});
