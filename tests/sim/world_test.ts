/**
 * Tests the world itself: if it were wrong, so would be all judgements in it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Random } from "../../daemons/runtime/random.ts";
import type { Event, Machine } from "../../daemons/runtime/machine.ts";
import { NodeClock } from "./clock.ts";
import { Disk } from "./disk.ts";
import type { HostBugs } from "./process.ts";
import { Kernel } from "./kernel.ts";
import { World } from "./world.ts";

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);
const bytes = (value: string) => new TextEncoder().encode(value);

Deno.test("what is due at one moment happens in the order in which it was scheduled", () => {
  const kernel = new Kernel();
  const happened: string[] = [];
  const random = new Random(1);
  for (let count = 0; count < 500; count++) {
    const atUs = random.between(0, 20);
    kernel.after(atUs, () => happened.push(`${String(atUs).padStart(3, "0")} ${1000 + count}`));
  }
  kernel.cancel(kernel.after(3, () => happened.push("cancelled")));
  kernel.runUntil(100);
  assert.equal(happened.length, 500);
  assert.deepEqual(happened, [...happened].sort());
  assert.equal(kernel.nowUs, 100);
});

Deno.test("a clock whose speed changes never goes back", () => {
  const clock = new NodeClock(1_000);
  const random = new Random(2);
  let before = clock.ms(0);
  for (let nowUs = 0; nowUs < 10_000_000; nowUs += 10_007) {
    if (random.chance(0.2)) clock.setRate(nowUs, random.between(9_000, 11_000) / 10_000);
    assert.ok(clock.ms(nowUs) >= before);
    before = clock.ms(nowUs);
  }
});

Deno.test("a value is on disk after its fsync; a crash before leaves the old one or the new one", () => {
  const found = new Set<string | undefined>();
  for (let seed = 0; seed < 20; seed++) {
    const disk = new Disk();
    disk.write("ccm", "key", bytes("old"))();
    const buffer = bytes("new");
    const complete = disk.write("ccm", "key", buffer);
    buffer.fill(0); // the machine may use its buffer again
    disk.crash(new Random(seed));
    complete(); // too late
    found.add(text(disk.saved("ccm").get("key")));
  }
  assert.deepEqual([...found].sort(), ["new", "old"]);
});

/** Saves at its first event, then says so; remembers what it saw. */
function saver(seen: string[]): Machine<null> {
  return {
    service: "saver",
    state: null,
    step(_state, event: Event) {
      if (event.type === "start") {
        seen.push(`start ${text(event.saved.get("key")) ?? "empty"}`);
        return [
          { type: "save", key: "key", value: bytes("saved") },
          { type: "send", to: { service: "saver" }, message: { type: "peer", body: "durable" } },
          { type: "timer", name: "late", inMs: 100 },
        ];
      }
      if (event.type === "message") seen.push(`${event.from.service} said durable`);
      if (event.type === "timer") seen.push(event.name);
      return [];
    },
  };
}

function saverWorld(seen: string[], bugs: HostBugs = {}): World {
  const world = new World({
    seed: 1,
    nodes: ["n1"],
    plans: () => [{ name: "all", machines: () => [saver(seen)] }],
    bugs,
  });
  world.node("n1").fsync = { minUs: 5_000, maxUs: 5_000 };
  world.startUs = { minUs: 0, maxUs: 0 };
  world.node("n1").powerOn();
  return world;
}

Deno.test("effects after a save wait until it is durable", () => {
  const seen: string[] = [];
  const world = saverWorld(seen);
  world.runMs(4);
  assert.deepEqual(seen, ["start empty"]);
  world.runMs(2);
  assert.deepEqual(seen, ["start empty", "saver said durable"]);
  world.runMs(98);
  assert.equal(seen.length, 2, "the timer is armed when its turn comes");
  world.runMs(10);
  assert.equal(seen.at(-1), "late");
});

Deno.test("a crash ends timers and effects; the next life finds what is on disk", () => {
  const seen: string[] = [];
  const world = saverWorld(seen);
  world.runMs(20);
  world.node("n1").powerOff("by the test");
  world.runMs(500);
  world.node("n1").powerOn();
  world.runMs(1);
  assert.deepEqual(seen, ["start empty", "saver said durable", "start saved"]);
});

Deno.test("a paused node goes on with what has piled up, in order", () => {
  const seen: string[] = [];
  const world = saverWorld(seen);
  world.runMs(1);
  world.node("n1").pause();
  world.runMs(1_000);
  assert.deepEqual(seen, ["start empty"]);
  world.node("n1").resume();
  world.runMs(200);
  assert.deepEqual(seen, ["start empty", "saver said durable", "late"]);
});

Deno.test("the planted bug of the driver: nothing waits", () => {
  const seen: string[] = [];
  saverWorld(seen, { skipFsync: true }).runMs(1);
  assert.deepEqual(seen, ["start empty", "saver said durable"]);
});

Deno.test("a cut link loses what is under way; the other direction stays", () => {
  const world = new World({ seed: 1, nodes: ["n1", "n2"], plans: () => [] });
  const arrived: string[] = [];
  world.network.send("n1", "n2", () => arrived.push("under way"));
  world.network.cut("n1", "n2");
  world.network.send("n1", "n2", () => arrived.push("cut"));
  world.network.send("n2", "n1", () => arrived.push("back"));
  world.runMs(10);
  assert.deepEqual(arrived, ["back"]);
});
