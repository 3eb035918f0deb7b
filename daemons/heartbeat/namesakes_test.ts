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
