import assert from "node:assert/strict";
import type { LrmOperation, LrmResult } from "../runtime/messages.ts";
import { Bench, operation, result, standing } from "./testing_bench.ts";

const monitor = (resource: string, callId: number, rc = 0): LrmResult => {
  const recurring: LrmOperation = { ...operation(`${resource}_monitor`), intervalMs: 10_000 };
  return { ...result(`${resource}_monitor`, callId, rc), operation: recurring };
};

/** A member that the coordinator has taken in, with two services that are watched. */
function member(): Bench {
  const bench = new Bench({ a: standing.member + ` incarnation="1"` });
  bench.view(5, "b", "a");
  bench.joined("b", 5, bench.machine.state.joins);
  for (const [at, resource] of ["web", "db"].entries()) {
    bench.say("lrmd", { type: "lrm/result", result: result(`${resource}_start`, 2 * at + 1) });
    bench.say("lrmd", { type: "lrm/result", result: monitor(resource, 2 * at + 2) });
  }
  bench.lrmAnswers = false;
  return bench;
}

/** What the next local resource manager is given. */
function givenBack(bench: Bench): string[] {
  bench.give({ type: "peer", at: 0, service: "lrmd", up: false });
  bench.take("lrm/query");
  bench.give({ type: "peer", at: 0, service: "lrmd", up: true });
  const [message] = bench.take("lrm/restore");
  return (message?.results ?? []).map(({ operation: { resource, action, intervalMs } }) =>
    `${resource}_${action}_${intervalMs}`
  );
}

const all = ["web_start_0", "web_monitor_10000", "db_start_0", "db_monitor_10000"];

Deno.test("the next resource manager is given what the one before had reported, and is asked", () => {
  const bench = member();
  assert.deepEqual(givenBack(bench), all);
  assert.equal(bench.machine.state.lrm, "asked");
  assert.equal(bench.machine.state.fresh, false, "its answer is reported: nothing is probed");
});

Deno.test("what it was changing when it ended is probed: nobody says how that came out", () => {
  const bench = member();
  bench.order(5, "b", "web_stop");
  assert.deepEqual(givenBack(bench), ["db_start_0", "db_monitor_10000"]);
});

Deno.test("what was only looked at is given back", () => {
  const bench = member();
  bench.order(5, "b", "web_monitor");
  assert.deepEqual(givenBack(bench), all);
});

Deno.test("monitors that a stop made void, and what was forgotten, are not given back", () => {
  const bench = member();
  bench.say("lrmd", { type: "lrm/result", result: result("web_stop", 5) });
  bench.order(5, "b", "db_delete");
  const [order] = bench.take("lrm/forget");
  bench.say("lrmd", { type: "lrm/forgotten", id: order?.id ?? "" });
  assert.deepEqual(givenBack(bench), ["web_start_0", "web_stop_0"]);
});

Deno.test("a first resource manager is given nothing, and neither is one after a new crmd", () => {
  const bench = new Bench();
  bench.give({ type: "peer", at: 0, service: "lrmd", up: true });
  assert.deepEqual(bench.take("lrm/restore"), []);
});

Deno.test("without quorum, what was starting when the resource manager ended is stopped too", () => {
  const bench = member();
  bench.order(5, "b", "ip_start");
  bench.take("lrm/execute");
  bench.give({ type: "peer", at: 0, service: "lrmd", up: false });
  bench.lrmAnswers = true;
  bench.lrm = [result("web_start", 1)];
  bench.view(6, "a");
  bench.give({ type: "peer", at: 0, service: "lrmd", up: true });
  // One group: its later member first.
  assert.deepEqual(
    bench.take("lrm/execute").map(({ operation }) => `${operation.resource}_${operation.action}`),
    ["web_stop"],
  );
  assert.deepEqual(
    [...bench.machine.state.stops].flat().map(({ resource }) => resource),
    ["web", "ip"],
  );
});
