import assert from "node:assert/strict";
import { fromHere, scenarios } from "../runtime/testing/transcript.ts";
import type { HeartbeatConfig } from "./config.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";

const scenario = scenarios("heartbeat_flood");

const config: HeartbeatConfig = {
  nodes: ["n1", "n2", "n3"],
  media: [{ link: "net0", plugin: "medium/memory", config: {} }],
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 1000,
};

function formed(seed: number, timing: Partial<HeartbeatConfig> = {}): SmallWorld {
  const world = new SmallWorld({ ...config, ...timing }, () => plainCodecs("key"), seed);
  for (const name of config.nodes) world.start(name);
  world.run(1000);
  fromHere();
  return world;
}

/** Bad packets at n1 for so long; what comes to it meanwhile is lost as often as `loss` says. */
function flood(world: SmallWorld, forMs: number, loss: number): void {
  let state = 1;
  world.weather.passes = (_, to) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return to !== "n1" || state / 2 ** 32 >= loss;
  };
  const bad = new TextEncoder().encode("nonsense\n1 00");
  for (let ms = 0; ms < forMs; ms++) {
    // What can be read of fifty in a millisecond.
    for (let count = 0; count < 5; count++) world.inject("n1", "net0", bad, "10.9.9.9:9");
    world.run(1);
    if (ms % 200 > 0) continue;
    world.say("n2", "n1", `${ms}`);
    world.say("n1", "n2", `${ms}`);
  }
  world.weather.passes = () => true;
}

const logOf = (world: SmallWorld, about: RegExp) =>
  world.node("n1").log.filter((line) => about.test(line)).length;

scenario("while a flood costs nine of ten packets, no living node is taken for dead", () => {
  for (let seed = 1; seed <= 2; seed++) {
    const world = formed(seed);
    const from = world.now;
    // `passes` is asked twice for each packet.
    flood(world, 8_000, 0.6);
    for (const other of ["n2", "n3"]) {
      assert.equal(world.sawAt("n1", other, "dead", from), undefined, `seed ${seed}, ${other}`);
      assert.equal(world.sawAt(other, "n1", "dead", from), undefined, `seed ${seed}, ${other}`);
    }
    world.run(500);
    const said = Array.from({ length: 40 }, (_, at) => `${at * 200}`);
    assert.deepEqual([world.said("n1", "n2"), world.said("n2", "n1")], [said, said]);
    assert.equal(logOf(world, /^Flood: \d{4} packets a second are rejected/), 1);
    world.run(10_000);
    assert.equal(logOf(world, /^The flood is over/), 1);
    const { length } = world.node("n2").packets;
    world.run(1_000);
    assert.ok(world.node("n2").packets.length - length < 20, "and the beats with it");
  }
});

scenario("a flood is noticed after 200 ms, however rare keepalives are", () => {
  const world = formed(3, { keepaliveMs: 1_000, deadtimeMs: 5_000 });
  // Right after a keepalive.
  world.run(30);
  const before = world.node("n2").packets.length;
  flood(world, 260, 0);
  assert.equal(logOf(world, /^Flood: 5\d{3} packets a second are rejected/), 1);
  const beats = world.node("n2").packets.slice(before)
    .filter((packet) => new TextDecoder().decode(packet).includes("NS_habeat"));
  assert.ok(beats.length >= 1, "and n2 sends beats");
});

scenario("what is refused now and then is no flood", () => {
  const world = formed(4);
  const bad = new TextEncoder().encode("nonsense\n1 00");
  for (let ms = 0; ms < 3_000; ms++) {
    if (ms % 2 === 0) world.inject("n1", "net0", bad, "10.9.9.9:9");
    world.run(1);
  }
  assert.equal(logOf(world, /^Flood:/), 0);
});

scenario("under a flood the dead are dead in time, and no old beat keeps them alive", () => {
  const world = formed(7);
  flood(world, 2_000, 0.2);
  const beats = world.node("n2").packets
    .filter((packet) => new TextDecoder().decode(packet).includes("NS_habeat"));
  assert.ok(beats.length > 50);
  world.kill("n2");
  const at = world.now;
  for (let ms = 0; ms < 600; ms += 50) {
    world.inject("n1", "net0", beats.at(-1)!, "n2");
    world.inject("n1", "net0", beats[3]!, "n2");
    world.run(50);
  }
  const deadMs = (world.sawAt("n1", "n2", "dead", at) ?? Infinity) - at;
  assert.ok(deadMs <= 511, `${deadMs}`);
});

scenario("a medium's count of what it dropped is looked at before it is believed", () => {
  const world = formed(1);
  const n1 = world.node("n1");
  const refused = (count: unknown, from: unknown = "10.9.9.9") =>
    world.give(n1, {
      type: "emit",
      at: world.now,
      instance: "net0",
      event: { type: "refused", count, from },
    });
  for (const count of [-1, 0, 0.5, NaN, Infinity, "9", null, undefined, {}]) refused(count);
  assert.equal(n1.machine.state.counters.refused["not a peer"], 0);
  refused(40_000, 7);
  refused(40_000);
  assert.equal(n1.machine.state.counters.refused["not a peer"], 80_000);
  assert.match(n1.log.join("\n"), /Refused 40000 packets from 10.9.9.9 by net0: too many come/);
  // What came at once is a flood, and counted once.
  world.run(1_000);
  assert.equal(logOf(world, /^Flood: \d{6} packets a second are rejected/), 1);
});
