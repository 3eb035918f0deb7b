import assert from "node:assert/strict";
import type { MediumEvent } from "./contract.ts";
import { troubles } from "./troubles.ts";

Deno.test("trouble is told at once, and what lasts is not told again and again", () => {
  const told: string[] = [];
  const host = {
    emit: (event: MediumEvent) => event.type === "trouble" && told.push(event.why),
    log: () => {},
  };
  const { now } = performance;
  let at = 0;
  performance.now = () => at;
  try {
    const trouble = troubles(host);
    for (; at < 10_000; at += 100) trouble("the line is gone");
    assert.deepEqual(told, ["the line is gone"]);
    trouble("another thing");
    assert.deepEqual(told.slice(1), ["another thing (and 99 more since)"]);
    at += 500;
    trouble("a third");
    at += 500;
    trouble("a fourth");
    assert.deepEqual(told.slice(2), ["a fourth (and 1 more since)"]);
    at += 60_000;
    trouble("a fourth");
    assert.deepEqual(told.slice(3), ["a fourth"]);
  } finally {
    performance.now = now;
  }
});
