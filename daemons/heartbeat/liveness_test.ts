import assert from "node:assert/strict";
import { fromHere, scenarios } from "../runtime/testing/transcript.ts";
import type { HeartbeatConfig } from "./config.ts";
import { openPacket } from "./codecs.ts";
import { bytesOf, hexOf, stringOf } from "./fields.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";

const scenario = scenarios("heartbeat_liveness");

const config: HeartbeatConfig = {
  nodes: ["n1", "n2"],
  media: [{ link: "net0", plugin: "medium/memory", config: {} }],
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 2000,
};

function formed(more: Partial<HeartbeatConfig> = {}): SmallWorld {
  const world = new SmallWorld({ ...config, ...more }, () => plainCodecs("key"));
  for (const name of config.nodes) world.start(name);
  world.run(500);
  fromHere();
  return world;
}

/** The statuses that a node sent. */
const statuses = (world: SmallWorld, name: string) =>
  world.node(name).packets.flatMap((packet) => {
    const opened = openPacket(plainCodecs("key"), packet);
    return opened.ok && stringOf(opened.message, "t") === "status" ? [opened.message] : [];
  });

scenario("the deadtime that a node announces is the one it is judged by, not our own", () => {
  const world = new SmallWorld(config, () => plainCodecs("key"));
  world.start("n1");
  world.config = { ...config, deadtimeMs: 3_000, initdeadMs: 4_000 };
  world.start("n2");
  world.run(500);
  const at = world.now;
  world.kill("n2");
  world.run(4_000);
  const dead = world.sawAt("n1", "n2", "dead", at) ?? 0;
  assert.ok(dead - at > 2_800 && dead - at <= 3_011, `dead after ${dead - at} ms`);
});

scenario("the grace at the start is announced, and taken back by a status", () => {
  const world = formed({ graceMs: 2_000, graceForMs: 1_000 });
  world.run(1_000);
  const announced = statuses(world, "n1").map((message) => hexOf(message, "dt"));
  assert.equal(announced[0], 2_500);
  assert.equal(announced.at(-1), 500);
});

scenario("the first statuses are init, up, up, then active", () => {
  const said = statuses(formed(), "n1").map((message) => stringOf(message, "st"));
  assert.deepEqual(said.slice(0, 3), ["init", "up", "up"]);
  assert.equal(said.at(-1), "active");
});

scenario("a late heartbeat is warned about, and kills nobody", () => {
  const world = formed({ warntimeMs: 250 });
  world.weather.passes = (from) => from !== "n2";
  world.run(320);
  world.weather.passes = () => true;
  world.run(300);
  const { log } = world.node("n1");
  assert.equal(log.filter((line) => /^Late heartbeat of n2: \d+ ms/.test(line)).length, 1);
  assert.equal(world.sawAt("n1", "n2", "dead", 0), undefined);
});

scenario("a UUID is made once, told in every packet, and known of each node", () => {
  const world = formed();
  const first = world.node("n1").machine.state.uuid;
  assert.equal(first.length, 16);
  assert.deepEqual(world.node("n2").machine.state.peers.get("n1")?.uuid, first);
  for (const message of statuses(world, "n1")) assert.deepEqual(bytesOf(message, "srcuuid"), first);
  world.kill("n1");
  world.start("n1");
  assert.deepEqual(world.node("n1").machine.state.uuid, first, "it survives a restart");
});

scenario("wall clocks that differ, jump, or go back between two lives matter to nobody", () => {
  const world = formed();
  const generations = [world.node("n1").machine.state.generation];
  for (const jumpMs of [-10 * 365 * 86_400_000, 20 * 365 * 86_400_000, -1_700_000_000_000]) {
    world.kill("n1");
    world.wallMs = 1_700_000_000_000 + jumpMs;
    world.run(50);
    world.start("n1");
    world.run(400);
    assert.equal(world.sees("n2", "n1"), "active", `${jumpMs}`);
    assert.equal(world.sees("n1", "n2"), "active");
    world.say("n1", "n2", `after ${jumpMs}`);
    world.run(20);
    assert.equal(world.said("n2", "n1").at(-1), `after ${jumpMs}`);
    generations.push(world.node("n1").machine.state.generation);
  }
  const [first = 0, back, ahead = 0, begin] = generations;
  assert.deepEqual(
    [back, begin],
    [first + 1, ahead + 1],
    "the successor, if the clock is behind it",
  );
  const behind = ahead - (1_700_000_000 + 20 * 365 * 86_400);
  assert.ok(behind > 0 && behind < 10, "the clock, if that is ahead");
  assert.ok(
    statuses(world, "n1").every((message) => (hexOf(message, "ts") ?? 0) > 0),
    "never zero",
  );
});

scenario("a process that is suspended: the others give it up, and it gives up nobody", () => {
  const world = formed();
  world.pause("n1");
  world.run(3_000);
  assert.equal(world.sees("n2", "n1"), "dead");
  world.resume("n1");
  world.run(1_000);
  assert.equal(world.sees("n2", "n1"), "active");
  assert.equal(world.sees("n1", "n2"), "active");
  assert.match(world.node("n2").log.join("\n"), /n1 is back: active/);
});

scenario("a deadtime beyond what a timer takes does not fire at once, nor never", () => {
  const world = new SmallWorld(config, () => plainCodecs("key"));
  world.start("n1");
  world.config = { ...config, deadtimeMs: 0xffffffffff };
  world.start("n2");
  world.run(1_000);
  assert.equal(world.node("n1").machine.state.peers.get("n2")?.dtMs, 3_600_000);
  assert.equal(world.sees("n1", "n2"), "active");
  assert.match(world.node("n1").log.join("\n"), /n2 announces a deadtime of 1099511627775 ms/);
  const at = world.now;
  world.kill("n2");
  world.run(3_601_000);
  const deadMs = (world.sawAt("n1", "n2", "dead", at) ?? Infinity) - at;
  assert.ok(deadMs > 3_599_000 && deadMs < 3_601_000, `${deadMs}`);
});

Deno.test("a status shows how far ahead the clock of its node is", () => {
  const world = formed();
  const aheadS = () => world.node("n1").machine.state.peers.get("n2")?.aheadS;
  assert.equal(aheadS(), 0);
  world.kill("n2");
  world.wallMs += 60_000;
  world.start("n2");
  world.run(400);
  assert.equal(aheadS(), 60);
});
