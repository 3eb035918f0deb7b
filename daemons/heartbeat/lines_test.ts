import assert from "node:assert/strict";
import { scenarios } from "../runtime/testing/transcript.ts";
import type { HeartbeatConfig } from "./config.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";

const scenario = scenarios("heartbeat_lines");

/** Three nodes and three cables that make a ring; of its three lines each node has two. */
const cables: Readonly<Record<string, readonly string[]>> = {
  ab: ["a", "b"],
  bc: ["b", "c"],
  ca: ["c", "a"],
};
const line = (link: string) => ({
  link,
  plugin: "medium/serial",
  config: {},
  line: { bytesPerSecond: 115_200 },
});
const config: HeartbeatConfig = {
  nodes: ["a", "b", "c"],
  media: Object.keys(cables).map(line),
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 1000,
};

function ring(change: Partial<HeartbeatConfig> = {}): { world: SmallWorld; cut: Set<string> } {
  const cut = new Set<string>();
  const world = new SmallWorld({ ...config, ...change }, () => {
    const codecs = plainCodecs("key");
    return { ...codecs, line: codecs.encoding };
  });
  world.weather.passes = (from, to, link) =>
    cables[link] === undefined ||
    !cut.has(link) && cables[link].includes(from) && cables[link].includes(to);
  for (const name of config.nodes) world.start(name);
  world.run(1500);
  return { world, cut };
}

const pairs = ["a", "b", "c"].flatMap((from) =>
  ["a", "b", "c"].filter((to) => to !== from).map((to) => [from, to] as const)
);

scenario("nodes on a ring of lines are members, and hear each other's services", () => {
  const { world } = ring();
  for (const [from, to] of pairs) assert.equal(world.sees(from, to), "active", `${from} ${to}`);
  world.say("a", "*", "hello");
  world.run(50);
  assert.deepEqual([world.said("b", "a"), world.said("c", "a")], [["hello"], ["hello"]]);
});

scenario("a cut cable costs nobody: what a neighbour hears it passes on", () => {
  const { world, cut } = ring();
  const at = world.now;
  cut.add("ca");
  world.run(2000);
  for (const [from, to] of pairs) {
    assert.equal(world.sees(from, to), "active", `${from} ${to}`);
    assert.equal(world.sawAt(from, to, "dead", at), undefined);
  }
  world.say("a", "c", "the long way");
  world.run(50);
  assert.deepEqual(world.said("c", "a"), ["the long way"]);
  assert.ok(world.node("b").machine.state.counters.passedOn > 0);
});

scenario("what was lost behind a neighbour is asked for, sent again, and passed on", () => {
  const { world, cut } = ring();
  const missing = () => world.node("c").machine.state.peers.get("a")?.missing.size ?? -1;
  cut.add("ca").add("bc");
  world.run(250); // shorter than the deadtime: nobody is given up
  cut.delete("bc");
  world.run(200);
  assert.ok(missing() > 0, "c lacks statuses of a");
  world.run(4000);
  assert.equal(missing(), 0);
  assert.equal(world.sees("c", "a"), "active");
});

scenario("two cut cables cut off the node between them", () => {
  const { world, cut } = ring();
  cut.add("ca").add("bc");
  world.run(1000);
  assert.equal(world.sees("a", "c"), "dead");
  assert.equal(world.sees("a", "b"), "active");
});

scenario("no message goes round for ever: neither one's own nor a stranger's", () => {
  const { world } = ring();
  const counters = (name: string) => world.node(name).machine.state.counters;
  const [status] = world.node("c").packets.slice(-1);
  world.kill("c");
  world.run(2000);
  const before = counters("a").passedOn + counters("b").passedOn;
  // Of a node that is gone: nobody is there to take it out.
  world.inject("a", "ca", status!);
  world.run(50);
  const hops = counters("a").passedOn + counters("b").passedOn - before;
  assert.ok(hops <= 4, `${hops} hops`);
});

scenario("what is not signed is not passed on", () => {
  const { world } = ring();
  const before = world.node("b").machine.state.counters.passedOn;
  const [packet] = world.node("a").packets.slice(-1);
  const forged = packet!.slice();
  forged[30]! ^= 1;
  world.inject("b", "ab", forged);
  assert.equal(world.node("b").machine.state.counters.passedOn, before);
  world.inject("b", "ab", packet!);
  assert.equal(world.node("b").machine.state.counters.passedOn, before + 1);
});

scenario("the stream's packets take a line only where nothing else reaches", () => {
  const net = { link: "net0", plugin: "medium/memory", config: {} };
  const { world } = ring({ media: [net, ...config.media] });
  const { state } = world.node("a").machine;
  const { packetsOut } = state.counters;
  for (let i = 0; i < 50; i++) {
    world.say("a", "b", "x".repeat(1000));
    world.run(1);
  }
  const both = state.counters.packetsOut - packetsOut;
  assert.ok(both < 100, `${both} packets for 50 messages`);
  world.weather.passes = (from, to, link) =>
    link !== "net0" && cables[link]!.includes(from) && cables[link]!.includes(to);
  world.run(1000);
  world.say("a", "b", "by the line");
  world.run(50);
  assert.equal(world.said("b", "a").at(-1), "by the line");
  assert.equal(world.sees("a", "b"), "active");
});

scenario(
  "the stream leaves most of a slow line to the heartbeats, and gets through all the same",
  () => {
    const slow = Object.keys(cables).map((link) => ({
      ...line(link),
      line: { bytesPerSecond: 3_840 },
    }));
    const { world } = ring({
      media: slow,
      keepaliveMs: 1000,
      deadtimeMs: 10_000,
      initdeadMs: 10_000,
    });
    world.run(30_000);
    for (const [from, to] of pairs) assert.equal(world.sees(from, to), "active", `${from} ${to}`);
    const { counters } = world.node("a").machine.state;
    const before = counters.bytesOut;
    for (let i = 0; i < 20; i++) {
      world.say("a", "b", `${i}`.padEnd(200, "."));
      world.run(3_000);
    }
    // Two of the three cables have an end here, and all of them are counted.
    const perLine = (counters.bytesOut - before) / 3;
    assert.ok(perLine < 60 * 3_840 * 0.8, `${perLine} bytes in 60 s`);
    world.run(60_000);
    assert.deepEqual(world.said("b", "a").length, 20);
    for (const [from, to] of pairs) assert.equal(world.sawAt(from, to, "dead", 0), undefined);
  },
);
