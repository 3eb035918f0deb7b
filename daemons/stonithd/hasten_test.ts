import assert from "node:assert/strict";
import { requestsMax } from "./request.ts";
import { Bench } from "./testing_bench.ts";

const dayMs = 24 * 3_600_000;
const delayOf = (bench: Bench) => bench.timers.find(({ name }) => name.startsWith("delay "))?.inMs;

Deno.test("who asks without a delay does not wait for the delay that another one chose", () => {
  const bench = new Bench({ d1: {} });
  bench.ask({ id: "long", delayMs: dayMs }, "client-1");
  assert.deepEqual([bench.orders, delayOf(bench)], [[], dayMs]);
  bench.at += 1_000;
  // The wait of another one that is as long, or longer, changes nothing.
  bench.ask({ id: "longer", delayMs: dayMs }, "client-2");
  assert.equal(delayOf(bench), undefined);
  bench.ask({ id: "soon", delayMs: 3_000 });
  assert.equal(delayOf(bench), 3_000);
  bench.ask({ id: "now" });
  assert.equal(delayOf(bench), 0);
  bench.due("delay ");
  assert.deepEqual(bench.orders, ["d1 reboot bob"]);
  bench.reply(true);
  assert.deepEqual(bench.results.map(({ id, ok }) => [id, ok]), [
    ["long", true],
    ["longer", true],
    ["soon", true],
    ["now", true],
  ]);
});

Deno.test("a request without a delay still waits for the delay of the device itself", () => {
  const bench = new Bench({ d1: { pcmk_delay_base: "10s" } });
  bench.ask({ id: "long", delayMs: dayMs }, "client-1");
  assert.equal(delayOf(bench), dayMs + 10_000);
  bench.ask({ id: "now" });
  assert.equal(delayOf(bench), 10_000);
});

Deno.test("a node that waits for another one's delay is asked again without it", () => {
  const bench = new Bench({});
  bench.ask({ id: "long", delayMs: dayMs }, "client-1");
  const [first] = bench.peers("fence");
  assert.equal(first?.body.delayMs, dayMs);
  bench.ask({ id: "now" });
  const [again] = bench.peers("fence");
  assert.deepEqual([again?.to, again?.body.key], [first?.to, first?.body.key]);
  assert.equal(again?.body.delayMs, undefined);
});

Deno.test("a node that asks again and again is one asker, and others are so many at most", () => {
  const bench = new Bench({ d1: {} });
  const ask = (key: string) =>
    bench.peer("carol", {
      type: "fence",
      key,
      target: "bob",
      incarnation: 1,
      action: "reboot",
      timeoutMs: 60_000,
    });
  for (let number = 0; number < 500; number++) ask(`${number} reboot bob`);
  assert.deepEqual(bench.peers("working").map(({ body }) => body.key), ["499 reboot bob"]);
  for (let number = 0; number < requestsMax; number++) bench.ask({ id: `${number}` });
  assert.equal(bench.results.length, 0);
  bench.ask({ id: "one more" });
  assert.match(bench.results[0]?.error ?? "", /128 requests wait/);
  const [made] = bench.machine.state.requests.values();
  assert.equal(made?.askers.length, requestsMax + 1);
});
