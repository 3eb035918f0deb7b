import assert from "node:assert/strict";
import { fromHere, scenarios } from "../runtime/testing/transcript.ts";
import type { HeartbeatConfig } from "./config.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";

const scenario = scenarios("heartbeat_pseudo_members");

const config: HeartbeatConfig = {
  nodes: ["n1", "n2"],
  media: [{ link: "net0", plugin: "medium/memory", config: {} }],
  pings: [
    { name: "gateway", plugin: "medium/ping", config: {} },
    { name: "uplinks", plugin: "medium/ping_group", config: {} },
  ],
  deadpingMs: 300,
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 1000,
};

function formed(change: Partial<HeartbeatConfig> = {}): SmallWorld {
  const world = new SmallWorld({ ...config, ...change }, () => plainCodecs("key"));
  for (const name of config.nodes) world.start(name);
  world.run(450);
  fromHere();
  return world;
}

const answers = (world: SmallWorld, member: string) =>
  world.give(world.node("n1"), {
    type: "emit",
    at: world.now,
    instance: `ping:${member}`,
    event: { type: "answered", member },
  });

/** The frames that were handed to the plugin of a pseudo-member. */
const frames = (world: SmallWorld, member: string) =>
  world.node("n1").packets.map((packet) => new TextDecoder().decode(packet))
    .filter((text) => text.includes('"NS_st"') && text.includes(member));

scenario("a pseudo-member is asked with each status, and its answer makes it known", () => {
  const world = formed();
  assert.equal(world.sees("n1", "gateway"), "init");
  const asked = frames(world, "gateway");
  assert.equal(asked.length, 4);
  const fields = JSON.parse(asked[0]!.split("\n")[0]!);
  assert.deepEqual(fields.map((field: { name: string }) => field.name), [
    "t",
    "st",
    "info",
    "src",
    "ts",
  ]);
  assert.match(frames(world, "uplinks")[0]!, /"ping_group"/);
  answers(world, "gateway");
  assert.equal(world.sees("n1", "gateway"), "ping");
  assert.equal(world.sees("n1", "uplinks"), "init");
  assert.equal(world.sees("n2", "gateway"), "init", "each node has its own view");
  assert.equal(world.sees("n1", "n2"), "active", "nobody waits for pseudo-members");
});

scenario("one that is silent for deadping is dead, and back with its next answer", () => {
  const world = formed();
  answers(world, "gateway");
  const at = world.now;
  world.run(250);
  assert.equal(world.sees("n1", "gateway"), "ping");
  world.run(100);
  const dead = world.sawAt("n1", "gateway", "dead", at);
  assert.ok(dead !== undefined && dead - at >= 300 && dead - at < 302, `dead at ${dead}`);
  answers(world, "gateway");
  assert.equal(world.sees("n1", "gateway"), "ping");
  for (let turn = 0; turn < 10; turn++) {
    world.run(250);
    answers(world, "gateway");
  }
  assert.equal(world.sees("n1", "gateway"), "ping");
});

scenario("one that never answered is dead after initdead, not sooner", () => {
  const world = formed();
  world.run(500);
  assert.equal(world.sees("n1", "gateway"), "init");
  world.run(200);
  assert.equal(world.sees("n1", "gateway"), "dead");
});

scenario("while this node stood still nobody could answer it", () => {
  const world = formed();
  answers(world, "gateway");
  world.pause("n1");
  world.run(3000);
  world.resume("n1");
  assert.equal(world.sawAt("n1", "gateway", "dead", 0), undefined);
  answers(world, "gateway");
  world.run(50);
  assert.equal(world.sees("n1", "gateway"), "ping");
});

scenario("they count for ttl, as in the original", () => {
  const world = formed();
  const status = new TextDecoder().decode(world.node("n2").packets[0]);
  assert.match(status, /"ttl","value":"5"/);
});

scenario("a plugin that is given up is loaded again", () => {
  const world = formed();
  const n1 = world.node("n1");
  const before = frames(world, "gateway").length;
  world.give(n1, {
    type: "fault",
    at: world.now,
    instance: "ping:gateway",
    why: "given up",
    givenUp: true,
  });
  world.run(1900);
  assert.equal(frames(world, "gateway").length, before);
  world.run(400);
  assert.ok(frames(world, "gateway").length > before);
});
