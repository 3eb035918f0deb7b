import assert from "node:assert/strict";
import type { LrmOperation } from "../runtime/messages.ts";
import { nextRunMs, phaseOf } from "./schedule.ts";
import type { Recurring } from "./state.ts";

const monitor = (resource: string, change: Partial<LrmOperation> = {}): Recurring => ({
  operation: {
    resource,
    agent: { class: "ocf", type: "Dummy" },
    action: "monitor",
    intervalMs: 1_000,
    timeoutMs: 20_000,
    startDelayMs: 0,
    parameters: {},
    transitionKey: "key",
    ...change,
  },
});

Deno.test("200 monitors of one second that began together are spread over the second", () => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let number = 0; number < 200; number++) {
    const phase = phaseOf(monitor(`web-${number}`));
    assert.ok(phase > 0 && phase <= 1);
    tenths[Math.min(9, Math.floor(phase * 10))]!++;
  }
  for (const many of tenths) assert.ok(many >= 8 && many <= 35, tenths.join(" "));
});

Deno.test("a run that takes long moves none of the later ones; missed runs are left out", () => {
  const recurring = monitor("web");
  let dueMs = 5_000;
  dueMs = 5_040 + nextRunMs(recurring, dueMs, 5_040);
  assert.ok(dueMs > 5_040 && dueMs <= 6_000);
  const first = dueMs;
  for (const takesMs of [0, 1, 40, 399, 999]) {
    const at = dueMs + takesMs;
    dueMs = at + nextRunMs(recurring, dueMs, at);
  }
  assert.ok(Math.abs(dueMs - first - 5_000) <= 1);
  const late = dueMs + 3_400;
  assert.ok(Math.abs(late + nextRunMs(recurring, dueMs, late) - dueMs - 4_000) <= 1);
});

Deno.test("an interval-origin or a start-delay sets the moments itself", () => {
  for (
    const change of [{ startDelayMs: 300 }, { parameters: { CRM_meta_interval_origin: "noon" } }]
  ) {
    assert.equal(nextRunMs(monitor("web", change), 5_000, 5_100), 900);
  }
});
