import assert from "node:assert/strict";
import type { Machine } from "../runtime/machine.ts";
import { stringOf } from "./fields.ts";
import type { HeartbeatState } from "./state.ts";
import { SlowRing } from "./testing/slow_ring.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";

/** As narrow as a line of 19,200 baud is for the bytes of real codecs, and a sixth narrower. */
const bytesPerSecond = 4_200;

Deno.test("on a busy ring of slow lines one cut costs no message and nobody's life, two do", () => {
  for (let seed = 1; seed <= 12; seed++) {
    const ring = new SlowRing(seed, bytesPerSecond);
    assert.ok(ring.until(() => ring.allActive(), 30_000), `seed ${seed}: not everybody is active`);
    const from = ring.world.now;
    ring.cut.add("ca");
    ring.run(20_000);
    assert.deepEqual([ring.deaths(from), ring.lost()], [[], []], `seed ${seed}`);
    ring.cut.add("bc");
    assert.ok(ring.until(() => ring.world.sees("a", "c") === "dead", 12_000), `seed ${seed}`);
    ring.cut.delete("bc");
    assert.ok(ring.until(() => ring.allActive(), 30_000), `seed ${seed}: not active again`);
  }
});

Deno.test("nothing of a neighbour is passed on to that neighbour", () => {
  const ring = new SlowRing(1, 1e6);
  ring.until(() => ring.allActive(), 30_000);
  const { lineEnds } = ring.world.node("b").machine.state;
  assert.deepEqual([...lineEnds].sort(), [["ab", "a"], ["bc", "c"]]);
});

/** Two nodes on one link, just started. */
function pair(): SmallWorld {
  const world = new SmallWorld(
    {
      nodes: ["n1", "n2"],
      media: [{ link: "net0", plugin: "medium/memory", config: {} }],
      keepaliveMs: 100,
      deadtimeMs: 1_000,
      initdeadMs: 1_000,
    },
    () => plainCodecs("key"),
  );
  world.start("n1");
  world.start("n2");
  return world;
}

Deno.test("a message that was said while a node did not answer is not lost unseen", () => {
  const world = pair();
  world.run(500);
  const peer = world.node("n1").machine.state.peers.get("n2");
  assert.equal(peer?.reader?.confirmed, true);
  // What a slow line does: no acknowledgement came for a deadtime.
  peer.reader = undefined;
  world.say("n1", "n2", "lost");
  const at = world.now;
  world.run(500);
  world.say("n1", "n2", "after");
  world.run(100);
  assert.deepEqual(world.said("n2", "n1"), ["after"]);
  assert.ok(world.sawAt("n2", "n1", "dead", at) !== undefined, "n2 was shown that it lost one");
  assert.equal(world.sees("n2", "n1"), "active");
  // Where nothing was said meanwhile nothing was lost, and nobody was dead.
  peer.reader = undefined;
  const later = world.now;
  world.run(500);
  world.say("n1", "n2", "again");
  world.run(100);
  assert.equal(world.sawAt("n2", "n1", "dead", later), undefined);
  assert.deepEqual(world.said("n2", "n1"), ["after", "again"]);
});

Deno.test("a late offer of another session repeats no message, also where one was lost", () => {
  const world = pair();
  world.run(510);
  const at = world.now;
  const peer = world.node("n1").machine.state.peers.get("n2")!;
  peer.reader = undefined;
  world.say("n1", "n2", "lost");
  // The first offer does not arrive.
  world.weather.passes = (from) => from !== "n1";
  world.run(100);
  assert.equal(peer.reader!.confirmed, false, "offered");
  world.weather.passes = () => true;
  world.say("n1", "n2", "read before the offer");
  world.run(1);
  assert.deepEqual(world.said("n2", "n1"), ["read before the offer"]);
  world.run(500);
  assert.equal(peer.reader!.confirmed, true);
  assert.deepEqual(world.said("n2", "n1"), ["read before the offer"]);
  assert.ok(world.sawAt("n2", "n1", "dead", at) !== undefined, "n2 was shown that it lost one");
});

Deno.test("what is said after the offer of another session comes with it", () => {
  const world = pair();
  world.run(500);
  const { state } = world.node("n1").machine;
  const peer = state.peers.get("n2");
  assert.ok(peer);
  peer.reader = undefined;
  // The offer goes out, and its answer takes its time.
  world.weather.delayMaxMs = world.weather.delayMinMs = 40;
  while (peer.reader === undefined) world.run(5);
  const { reader } = peer as { reader?: { confirmed: boolean } };
  assert.equal(reader?.confirmed, false);
  world.say("n1", "n2", "meanwhile");
  world.run(500);
  assert.deepEqual(world.said("n2", "n1"), ["meanwhile"]);
});

/** As it once was: acknowledgements of a node replace each other, whomever they are for. */
function replacing(machine: Machine<HeartbeatState>): Machine<HeartbeatState> {
  return {
    ...machine,
    step(state, event, more) {
      const effects = machine.step(state, event, more);
      const { waiting, wentAt } = state.lineBulk;
      const latest = new Map<string, string>();
      for (const [key, { message }] of waiting) {
        if (stringOf(message, "n") !== undefined) continue;
        const kind = `${stringOf(message, "src")} ${stringOf(message, "t")}`;
        const before = latest.get(kind);
        if (before !== undefined) waiting.delete(before);
        latest.set(kind, key);
      }
      // Nor was what came over a line kept off it, or what had just gone.
      wentAt.clear();
      state.lineEnds.clear();
      return effects;
    },
  };
}

Deno.test("the planted bug of a ring is found: acknowledgements that replace each other starve it", () => {
  const found: string[] = [];
  for (let seed = 1; seed <= 12 && found.length === 0; seed++) {
    const ring = new SlowRing(seed, bytesPerSecond);
    for (const node of ring.world.nodes.values()) node.machine = replacing(node.machine);
    ring.until(() => ring.allActive(), 30_000);
    const from = ring.world.now;
    ring.cut.add("ca");
    ring.run(20_000);
    found.push(...ring.deaths(from), ...ring.lost());
  }
  assert.notDeepEqual(found, []);
});
