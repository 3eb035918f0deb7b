import assert from "node:assert/strict";
import type { MediumEvent } from "./contract.ts";
import { Strangers, strangersPerSecondMax } from "./strangers.ts";

/** Strangers, with a clock that the test moves, and what they report. */
function observed(byPort = false) {
  const events: MediumEvent[] = [];
  const { now } = performance;
  const clock = { at: 0 };
  performance.now = () => clock.at;
  const strangers = new Strangers({ emit: (event) => void events.push(event), log() {} }, byPort);
  const end = () => {
    performance.now = now;
    strangers.close();
  };
  return { strangers, clock, events, [Symbol.dispose]: end };
}

Deno.test("known addresses pass, of all others together so many a second", () => {
  using seen = observed();
  const { strangers, clock } = seen;
  strangers.know("10.0.0.2", 694);
  strangers.know("fd00:0::2", 694);
  let admitted = 0;
  for (let count = 0; count < 50_000; count++) {
    clock.at = count / 50;
    assert.ok(strangers.admits("10.0.0.2", count), "a peer sends from any port");
    assert.ok(strangers.admits("fd00::2", 1), "and its address may be written in another way");
    if (strangers.admits(`10.9.${count % 200}.1`, count)) admitted++;
  }
  assert.ok(admitted >= strangersPerSecondMax && admitted <= 2 * strangersPerSecondMax + 1);
  clock.at += 10_000;
  assert.ok(strangers.admits("10.9.9.9", 1), "a node that nobody knew is heard when it is over");
});

Deno.test("on the loopback a port tells who it is; who was answered is known", () => {
  using seen = observed(true);
  const { strangers } = seen;
  strangers.know("127.0.0.1", 7001);
  strangers.knowFrom("127.0.0.1:7002");
  strangers.knowFrom("");
  for (let count = 0; count < strangersPerSecondMax; count++) strangers.admits("127.0.0.1", 9);
  assert.deepEqual(
    [7001, 7002, 7003].map((port) => strangers.admits("127.0.0.1", port)),
    [true, true, false],
  );
});

Deno.test("what is dropped is reported once a second", async () => {
  const events: MediumEvent[] = [];
  const reported = Promise.withResolvers<void>();
  const emit = (event: MediumEvent) => {
    events.push(event);
    reported.resolve();
  };
  const strangers = new Strangers({ emit, log() {} });
  for (let count = 0; count < 10_000; count++) strangers.admits("10.9.9.9", 1);
  await reported.promise;
  strangers.close();
  assert.equal(events.length, 1);
  const [event] = events;
  assert.ok(event?.type === "refused" && event.count >= 9_000 && event.from === "10.9.9.9");
});

Deno.test("a stranger is admitted again when its share of time has passed, and not a moment sooner", () => {
  using seen = observed();
  const { strangers, clock } = seen;
  const admits = () => strangers.admits("10.9.9.9", 1);
  // Whatever the clock shows at the beginning, it starts here.
  for (let count = 0; count <= strangersPerSecondMax; count++) admits();
  assert.equal(admits(), false);
  clock.at += 1.9;
  assert.equal(admits(), false);
  clock.at += 0.125;
  assert.equal(admits(), true);
  assert.equal(admits(), false);
  clock.at += 1_000_000;
  let admitted = 0;
  while (admits()) admitted++;
  assert.equal(admitted, strangersPerSecondMax, "no more is saved up");
});

Deno.test("so many addresses are known, by their last colon, in their short form", () => {
  using seen = observed();
  const { strangers } = seen;
  for (let at = 0; at < 257; at++) strangers.knowFrom(`10.0.${at >> 8}.${at & 255}:694`);
  strangers.know("[fe80::0:1%eth0]", 1);
  while (strangers.admits("10.9.9.9", 1));
  assert.ok(strangers.admits("10.0.0.255", 5));
  assert.ok(!strangers.admits("10.0.1.0", 5), "one too many");
  using other = observed();
  other.strangers.know("[fe80::0:1%eth0]", 1);
  other.strangers.knowFrom(":694");
  while (other.strangers.admits("10.9.9.9", 1));
  assert.ok(other.strangers.admits("fe80::1", 1));
  assert.ok(!other.strangers.admits("", 694));
});
