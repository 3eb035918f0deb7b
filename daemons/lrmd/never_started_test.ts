/**
 * What counts where an agent cannot be asked.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { LrmOperation, LrmResult } from "../runtime/messages.ts";
import { mayRun, outcomeOfNothing } from "./never_started.ts";

const operation = (action: string, intervalMs = 0): LrmOperation => ({
  resource: "web",
  agent: { class: "ocf", type: "Dummy" },
  action,
  intervalMs,
  timeoutMs: 1_000,
  startDelayMs: 0,
  parameters: {},
  transitionKey: "1:1:0:uuid",
});
const result = (callId: number, action: string, rc: number): LrmResult => ({
  operation: operation(action),
  callId,
  rc,
  status: 0,
  execMs: 0,
  queueMs: 0,
  lastRunS: 0,
  lastChangeS: 0,
  output: "",
});

Deno.test("what was started is not stopped because its agent cannot be asked any more", () => {
  const started = [result(1, "start", 0), result(2, "stop", 5)];
  for (const rc of [2, 5, 6]) {
    const said = { rc, timedOut: false, output: "given up" };
    const probe = outcomeOfNothing(operation("monitor"), said, started);
    assert.equal(probe?.rc, 1, `${rc}`);
    assert.match(probe?.output ?? "", /may run here.*given up/);
    assert.equal(outcomeOfNothing(operation("stop"), said, started), undefined);
    assert.ok(mayRun([...started, result(3, "monitor", 1)]), "the next probe says the same");
    // Where nothing was started, policies place nothing without an agent.
    assert.equal(outcomeOfNothing(operation("monitor"), said, [])?.rc, rc === 6 ? 7 : undefined);
  }
});
