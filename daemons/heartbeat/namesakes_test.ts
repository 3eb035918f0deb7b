import assert from "node:assert/strict";
import type { HeartbeatConfig } from "./config.ts";
import { nextGeneration } from "./saved.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";

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

Deno.test("another node of one's own name is told, once and not for each packet", () => {
  const world = formed();
  for (const packet of packetsOf("n1", new Map())) world.inject("n1", "net0", packet);
  assert.equal(complaints(world, "n1", /Another node calls itself n1/).length, 1);
  assert.ok(world.node("n1").machine.state.counters.dropped.namesake > 5);
});

Deno.test("a copy of one's own disk is told too, by the life that it is ahead", () => {
  const world = formed();
  for (const packet of packetsOf("n1", world.node("n1").saved)) world.inject("n1", "net0", packet);
  assert.equal(complaints(world, "n1", /Another node calls itself n1/).length, 1);
});

Deno.test("one's own packets, of this life or of an earlier one, are no other's", () => {
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

Deno.test("two nodes with one UUID are told by who hears both, and by each of them", () => {
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
});

Deno.test("a second node of a living node's name is refused, and takes nothing from the first", () => {
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
});

Deno.test("a node whose state was removed is heard once its last life is dead", () => {
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

Deno.test("a generation that cannot be read is as none: the clock's, never an old one", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const wallMs = 1_700_000_000_000;
  assert.equal(nextGeneration(bytes("41"), wallMs), 42);
  // As the original writes it.
  assert.equal(nextGeneration(bytes("     1700000123\n"), wallMs), 1_700_000_124);
  for (const broken of ["", "  \n", "\0\0\0\0", "x", "-1", "0x10", "1e3", "1.5", "9".repeat(16)]) {
    assert.equal(nextGeneration(bytes(broken), wallMs), 1_700_000_001, JSON.stringify(broken));
  }
  assert.equal(nextGeneration(undefined, wallMs), 1_700_000_001);
});
