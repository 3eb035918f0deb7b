import assert from "node:assert/strict";
import { fromHere, scenarios } from "../runtime/testing/transcript.ts";
import type { HeartbeatConfig } from "./config.ts";
import { nextGeneration } from "./saved.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";

const scenario = scenarios("heartbeat_namesakes");

const config: HeartbeatConfig = {
  nodes: ["n1", "n2", "n3"],
  media: [{ link: "net0", plugin: "medium/memory", config: {} }],
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 2000,
};

function formed(): SmallWorld {
  const world = new SmallWorld(config, () => plainCodecs("key"));
  for (const name of config.nodes) world.start(name);
  world.run(1000);
  fromHere();
  return world;
}

/** A node of that name in another world, with other state, and what it sent. */
function packetsOf(name: string, saved: ReadonlyMap<string, Uint8Array>): readonly Uint8Array[] {
  const elsewhere = new SmallWorld(config, () => plainCodecs("key"), 2);
  elsewhere.start(name);
  const { saved: store } = elsewhere.node(name);
  store.clear();
  for (const [key, value] of saved) store.set(key, value);
  elsewhere.kill(name);
  elsewhere.start(name);
  elsewhere.run(500);
  return elsewhere.node(name).packets;
}

const complaints = (world: SmallWorld, name: string, about: RegExp) =>
  world.node(name).log.filter((text) => about.test(text));

scenario("heartbeat reports another node with its own name once, and not for each packet", () => {
  const world = formed();
  for (const packet of packetsOf("n1", new Map())) world.inject("n1", "net0", packet);
  assert.equal(complaints(world, "n1", /Another node calls itself n1/).length, 1);
  assert.ok(world.node("n1").machine.state.counters.dropped.namesake > 5);
});

scenario("heartbeat reports a copy of its own disk by the later generation", () => {
  const world = formed();
  for (const packet of packetsOf("n1", world.node("n1").saved)) world.inject("n1", "net0", packet);
  assert.equal(complaints(world, "n1", /Another node calls itself n1/).length, 1);
});

scenario("one's own packets, of this life or of an earlier one, are no other's", () => {
  const world = formed();
  const own = [...world.node("n1").packets];
  for (const packet of own) world.inject("n1", "net0", packet);
  world.kill("n1");
  world.start("n1");
  world.run(500);
  for (const packet of own) world.inject("n1", "net0", packet);
  assert.deepEqual(complaints(world, "n1", /calls itself/), []);
  assert.equal(world.node("n1").machine.state.counters.dropped["own echo"], own.length);
});

scenario(
  "two nodes with one UUID are reported by each of them and by a node that hears both",
  () => {
    const world = new SmallWorld(config, () => plainCodecs("key"));
    world.start("n1");
    world.start("n2");
    world.start("n3");
    world.kill("n3");
    world.node("n3").saved.set("uuid", world.node("n2").saved.get("uuid")!);
    world.start("n3");
    world.run(1000);
    assert.equal(complaints(world, "n1", /same UUID/).length, 1);
    assert.match(complaints(world, "n2", /same UUID/)[0] ?? "", /^n3 has the same UUID as n2/);
    assert.match(complaints(world, "n3", /same UUID/)[0] ?? "", /^n2 has the same UUID as n3/);
  },
);

scenario(
  "a second node of a living node's name is refused, and takes nothing from the first",
  () => {
    const world = formed();
    world.node("n1").heard.length = 0;
    const later = new Map([["generation", new TextEncoder().encode("1800000000")]]);
    for (const packet of packetsOf("n2", later)) world.inject("n1", "net0", packet);
    world.run(1000);
    assert.equal(world.sees("n1", "n2") ?? "active", "active");
    assert.equal(world.sawAt("n1", "n2", "dead", 0), undefined);
    assert.equal(complaints(world, "n1", /another node of that name lives/).length, 1);
    // Its own packets still count.
    world.say("n2", "n1", "still here");
    world.run(50);
    assert.deepEqual(world.said("n1", "n2"), ["still here"]);
  },
);

scenario("a node whose state was removed is heard once its last life is dead", () => {
  const world = formed();
  world.kill("n2");
  world.node("n2").saved.clear();
  world.wallMs += 10_000;
  world.start("n2");
  world.run(400);
  assert.equal(complaints(world, "n1", /n2 restarted/).length, 0);
  world.run(1500);
  assert.equal(world.sees("n1", "n2"), "active");
});

scenario("a node whose disk was restored from a snapshot is heard at once", () => {
  const world = formed();
  const snapshot = new Map(world.node("n2").saved);
  for (const ranMs of [60_000, 5_000]) {
    world.kill("n2");
    world.run(2_000);
    assert.equal(world.sees("n1", "n2"), "dead");
    // The first time an ordinary restart; the second time its number would be that of the first.
    if (ranMs === 5_000) {
      for (const [key, value] of snapshot) world.node("n2").saved.set(key, value);
    }
    world.start("n2");
    world.run(ranMs);
    assert.equal(world.sees("n1", "n2"), "active");
    assert.equal(world.sees("n2", "n1"), "active");
  }
});

scenario("a generation that cannot be read is as none: the clock's, never an old one", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const wallMs = 1_700_000_000_000;
  assert.equal(nextGeneration(bytes("41"), wallMs), 1_700_000_001, "an old disk");
  assert.equal(nextGeneration(bytes("41"), 5_000), 42, "a clock that was set back");
  assert.equal(nextGeneration(undefined, -5_000), 1, "a clock before 1970");
  // As the original writes it.
  assert.equal(nextGeneration(bytes("     1700000123\n"), wallMs), 1_700_000_124);
  for (const broken of ["", "  \n", "\0\0\0\0", "x", "-1", "0x10", "1e3", "1.5", "9".repeat(16)]) {
    assert.equal(nextGeneration(bytes(broken), wallMs), 1_700_000_001, JSON.stringify(broken));
  }
  assert.equal(nextGeneration(undefined, wallMs), 1_700_000_001);
});
