import assert from "node:assert/strict";
import { fromHere, scenarios } from "../runtime/testing/transcript.ts";
import type { HeartbeatConfig } from "./config.ts";
import { heartbeat } from "./core.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";

const scenario = scenarios("heartbeat_core");

const names = ["n1", "n2", "n3"];
const config: HeartbeatConfig = {
  nodes: names,
  media: [{ link: "net0", plugin: "medium/memory", config: {} }],
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 2000,
};
const twoLinks: HeartbeatConfig = {
  ...config,
  media: [...config.media, { link: "net1", plugin: "medium/memory", config: {} }],
};

function formed(change: Partial<HeartbeatConfig> = {}, seed = 1): SmallWorld {
  const world = new SmallWorld({ ...config, ...change }, () => plainCodecs("key"), seed);
  for (const name of names) world.start(name);
  world.run(1000);
  for (const [a, b] of pairs()) assert.equal(world.sees(a, b), "active", `${a} sees ${b}`);
  fromHere();
  return world;
}

const pairs = () => names.flatMap((a) => names.flatMap((b) => a === b ? [] : [[a, b] as const]));
const numbers = (count: number, from = "") =>
  Array.from({ length: count }, (_, i) => `${from}${i}`);

scenario("three nodes that start together are active within two keepalives", () => {
  const world = new SmallWorld(config, () => plainCodecs("key"));
  for (const name of names) world.start(name);
  world.run(200);
  for (const [a, b] of pairs()) assert.equal(world.sees(a, b), "active", `${a} sees ${b}`);
});

scenario("messages come in order, once, through loss, doubles and delay", () => {
  const world = formed({}, 7);
  Object.assign(world.weather, { loss: 0.3, double: 0.2, delayMaxMs: 15, delayMinMs: 0 });
  // So much loss would kill by itself: five statuses in a row are lost in one of 400 cases.
  for (let i = 0; i < 400; i++) {
    for (const [a, b] of pairs()) world.say(a, b, `${a}${b}${i}`);
    if (i % 10 === 0) world.run(5);
  }
  world.say("n1", "*", "end");
  world.run(1000);
  Object.assign(world.weather, { loss: 0 });
  world.run(2000);
  for (const [a, b] of pairs()) {
    const wanted = numbers(400, `${a}${b}`);
    if (a === "n1") wanted.push("end");
    assert.deepEqual(world.said(b, a), wanted, `${a} to ${b}`);
  }
  assert.equal(world.node("n1").machine.state.outgoing.kept.length, 0, "nothing is kept for ever");
});

scenario("several messages share a packet, and a large one is torn and put together", () => {
  const world = formed();
  const before = world.node("n1").packets.length;
  const large = "x".repeat(300_000) + "end";
  for (let i = 0; i < 600; i++) world.say("n1", "n2", String(i));
  world.say("n1", "n2", large);
  world.say("n1", "n2", "last");
  world.run(500);
  assert.deepEqual(world.said("n2", "n1"), [...numbers(600), large, "last"]);
  assert.deepEqual(world.said("n3", "n1"), [], "what is for n2 is not for n3");
  const packets = world.node("n1").packets.length - before;
  assert.ok(packets < 400, `${packets} packets`);
});

scenario("a body is packed where it pays, and says with what", () => {
  const world = new SmallWorld(config, () => ({ ...plainCodecs("key"), packWith: "runs" }));
  for (const name of names) world.start(name);
  world.run(500);
  world.say("n1", "n2", "y".repeat(5000));
  world.run(50);
  assert.deepEqual(world.said("n2", "n1"), ["y".repeat(5000)]);
  assert.ok(world.node("n1").packets.every(({ length }) => length < 2_000), "it left packed");
});

scenario("with a method that hides, no packet shows what it says", () => {
  const world = new SmallWorld(config, () => {
    const codecs = plainCodecs("key");
    const auth = codecs.keys.entries.get(1)!;
    const hide = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0x55);
    const entries = new Map([[1, { ...auth, seal: hide, open: hide }]]);
    return { ...codecs, keys: { entries, current: 1 } };
  });
  for (const name of names) world.start(name);
  world.run(500);
  world.say("n1", "n2", "secret");
  world.run(20);
  assert.deepEqual(world.said("n2", "n1"), ["secret"]);
  for (const packet of world.node("n1").packets) {
    assert.doesNotMatch(new TextDecoder().decode(packet), /status|hastream|n1/);
  }
});

scenario("a key is changed while messages go on, and none is lost", () => {
  const keysOf = new Map(names.map((name) => [name, plainCodecs("old").keys]));
  const world = new SmallWorld(config, (name) => ({
    ...plainCodecs("old"),
    get keys() {
      return keysOf.get(name)!;
    },
  }));
  for (const name of names) world.start(name);
  world.run(500);
  let count = 0;
  const change = (to: (name: string) => ReturnType<typeof plainCodecs>["keys"]) => {
    for (const name of names) {
      keysOf.set(name, to(name));
      for (let i = 0; i < 5; i++) {
        world.say("n1", "*", String(count++));
        world.run(30);
      }
    }
  };
  const old = plainCodecs("old").keys.entries.get(1)!;
  const fresh = plainCodecs("new").keys.entries.get(1)!;
  change(() => ({ entries: new Map([[1, old], [2, fresh]]), current: 1 }));
  change(() => ({ entries: new Map([[1, old], [2, fresh]]), current: 2 }));
  change(() => ({ entries: new Map([[2, fresh]]), current: 2 }));
  for (const name of ["n2", "n3"]) assert.deepEqual(world.said(name, "n1"), numbers(count));
  for (const name of names) {
    const { refused } = world.node(name).machine.state.counters;
    assert.deepEqual([refused["unknown key"], refused["wrong signature"]], [0, 0]);
  }
});

scenario("a silent node is dead at its deadtime, and not a moment sooner", () => {
  const world = formed();
  const at = world.now;
  world.kill("n3");
  world.run(1000);
  for (const name of ["n1", "n2"]) {
    const dead = world.sawAt(name, "n3", "dead", at);
    assert.ok(dead !== undefined && dead - at <= 511 && dead - at >= 400, `${name}: ${dead}`);
    assert.equal(world.sees(name, name === "n1" ? "n2" : "n1"), "active");
  }
});

scenario("a node that restarts is recognised at its first packet", () => {
  const world = formed();
  world.say("n3", "n1", "first life");
  world.run(20);
  world.kill("n3");
  world.run(100);
  const at = world.now;
  world.start("n3");
  world.run(300);
  const back = world.sawAt("n1", "n3", "dead", at);
  assert.ok(back !== undefined && back - at < 5, `dead at ${back}`);
  assert.equal(world.sees("n1", "n3"), "active");
  world.say("n3", "n1", "second life");
  world.say("n1", "n3", "welcome");
  world.run(20);
  assert.deepEqual(world.said("n1", "n3"), ["first life", "second life"]);
  assert.deepEqual(world.said("n3", "n1"), ["welcome"]);
});

scenario("a node that leaves in good order is dead at once", () => {
  const world = formed();
  const at = world.now;
  world.give(world.node("n3"), { type: "stop", at });
  world.run(10);
  assert.equal(world.sees("n1", "n3"), "dead");
  assert.match(world.node("n1").log.join("\n"), /n3 has left/);
});

scenario("packets that a node left behind do not raise its links", () => {
  const world = formed(twoLinks);
  const status = world.node("n3").packets.at(-1)!;
  world.give(world.node("n3"), { type: "stop", at: world.now });
  world.run(10);
  const leave = world.node("n3").packets.at(-1)!;
  for (const packet of [status, leave]) world.inject("n1", "net1", packet);
  world.run(10_000);
  const { message } = world.node("n1").heard.at(-1)!;
  assert.equal(world.sees("n1", "n3"), "dead");
  const n3 = message.type === "heartbeat/connectivity" &&
    message.nodes.find(({ name }) => name === "n3");
  assert.deepEqual(n3 && n3.links.filter(({ up }) => up), []);
});

scenario("packets of an earlier life are refused from any sender", () => {
  const world = formed();
  world.say("n3", "n1", "old");
  world.run(20);
  const old = world.node("n3").packets.slice();
  world.kill("n3");
  world.run(1000);
  world.start("n3");
  world.run(500);
  const { counters } = world.node("n1").machine.state;
  const before = counters.dropped["old generation"];
  for (const packet of old) world.inject("n1", "net0", packet);
  world.run(100);
  assert.equal(counters.dropped["old generation"] - before, old.length);
  assert.deepEqual(world.said("n1", "n3"), ["old"]);
  assert.equal(world.sees("n1", "n3"), "active");
});

scenario(
  "replayed packets of a dead node do not raise it, nor does a fresh start believe them",
  () => {
    const world = formed();
    world.say("n3", "n1", "once");
    world.run(20);
    const old = world.node("n3").packets.slice();
    world.kill("n3");
    world.run(1000);
    for (const packet of old) world.inject("n1", "net0", packet);
    world.run(50);
    assert.equal(world.sees("n1", "n3"), "dead");
    world.kill("n1");
    world.start("n1");
    world.run(5);
    for (const packet of old) world.inject("n1", "net0", packet);
    world.run(200);
    assert.notEqual(world.sees("n1", "n3"), "active");
    assert.deepEqual(world.said("n1", "n3"), []);
  },
);

scenario("what is not ours is counted and never parsed", () => {
  const world = formed();
  const { counters } = world.node("n1").machine.state;
  const packet = world.node("n2").packets.at(-1)!;
  const forged = new SmallWorld(config, () => plainCodecs("other key"));
  forged.start("n2");
  forged.run(100);
  world.inject("n1", "net0", forged.node("n2").packets[0]!);
  world.inject("n1", "net0", new Uint8Array(70_000));
  world.inject("n1", "net0", new Uint8Array(0));
  world.inject("n1", "net0", packet.subarray(0, 40));
  const changed = packet.slice();
  changed[20]! ^= 1;
  world.inject("n1", "net0", changed);
  assert.deepEqual({ ...counters.refused }, {
    "not a peer": 0,
    "oversized": 1,
    "unsigned": 2,
    "unknown key": 0,
    "wrong signature": 2,
    "malformed": 0,
    "unpackable": 0,
  });
  assert.equal(world.sees("n1", "n2"), "active");
});

scenario("two links: one may die, the node stays; each packet counts once", () => {
  const world = formed(twoLinks);
  world.say("n1", "n2", "by both");
  world.run(10);
  world.weather.passes = (_from, _to, link) => link !== "net1";
  world.run(1000);
  const links = world.node("n1").heard.at(-1)!.message;
  assert.equal(links.type, "heartbeat/connectivity");
  const n2 = links.type === "heartbeat/connectivity" &&
    links.nodes.find(({ name }) => name === "n2");
  assert.deepEqual(n2 && n2.links, [{ name: "net0", up: true }, { name: "net1", up: false }]);
  assert.deepEqual(n2 && n2.status, "active");
  assert.deepEqual(world.said("n2", "n1"), ["by both"]);
});

scenario("a link that failed is loaded again; one that is still being loaded is not", () => {
  const { step, state } = heartbeat(twoLinks, plainCodecs("key"));
  const loads = (event: Parameters<typeof step>[1]) =>
    step(state, event).flatMap((effect) => effect.type === "load" ? [effect.instance] : []);
  const start = { type: "start", at: 0, wallMs: 1, seed: 1, node: "n1", saved: new Map() } as const;
  assert.deepEqual(loads(start), ["net0", "net1"]);
  const result = { ok: false, error: "no such interface" } as const;
  assert.deepEqual(loads({ type: "loaded", at: 1, instance: "net0", result }), []);
  assert.deepEqual(loads({ type: "timer", at: 2_001, name: "reload" }), ["net0"]);
});

scenario("after a partition both sides hear each other again, and messages go on in order", () => {
  const world = formed();
  world.say("n1", "n3", "before");
  world.run(20);
  world.weather.passes = (from, to) => (from === "n3") === (to === "n3");
  world.run(1000);
  world.say("n1", "n3", "into the dark");
  assert.equal(world.sees("n1", "n3"), "dead");
  assert.equal(world.sees("n3", "n1"), "dead");
  world.weather.passes = () => true;
  world.run(400);
  assert.equal(world.sees("n1", "n3"), "active");
  assert.equal(world.sees("n3", "n1"), "active");
  world.say("n1", "n3", "after");
  world.run(20);
  assert.deepEqual(world.said("n3", "n1"), ["before", "after"]);
});

scenario("a node that hears nobody does not hold up the others", () => {
  const world = formed();
  world.weather.passes = (_from, to) => to !== "n3";
  for (let i = 0; i < 300; i++) {
    world.say("n1", "*", String(i).padEnd(1000, "."));
    world.run(2);
  }
  world.run(2000);
  assert.equal(world.said("n2", "n1").length, 300);
  assert.equal(world.sees("n1", "n3"), "init", "heard, but no partner for messages");
  assert.equal(world.sees("n3", "n1"), "dead");
  world.weather.passes = () => true;
  world.run(500);
  assert.equal(world.sees("n1", "n3"), "active");
});

scenario("where full packets vanish and short ones pass, packets become smaller", () => {
  // The encoding of these tests makes a packet longer by a third.
  for (const [packetBytes, limit, times] of [[1450, 1600, 1], [8900, 2200, 1], [8900, 1600, 2]]) {
    const world = formed({ packetBytes: Number(packetBytes) });
    world.weather.carries = (bytes, to) => to !== "n3" || bytes <= Number(limit);
    // Sent again and again, as a service does that waits for an answer.
    for (let i = 0; i < 8; i++) {
      world.say("n1", "*", String(i).padEnd(30_000, "."));
      world.run(1000);
    }
    const [last] = world.said("n3", "n1").slice(-1);
    assert.equal(last?.slice(0, 2), "7.", `${packetBytes} of ${limit}`);
    assert.equal(world.sees("n1", "n3"), "active");
    assert.equal(world.said("n2", "n1").length, 8, "nobody else loses anything");
    const told = world.node("n1").log.filter((text) => text.includes("(MTU)"));
    assert.equal(told.length, times, told.join("\n"));
  }
});

scenario("one that was cut off and hears all again makes no packet smaller", () => {
  const world = formed();
  world.weather.passes = (_from, to) => to !== "n3";
  world.say("n1", "*", "x".repeat(5000));
  world.run(3000);
  world.weather.passes = () => true;
  world.run(1000);
  assert.equal(world.sees("n1", "n3"), "active");
  assert.deepEqual(world.node("n1").log.filter((text) => text.includes("(MTU)")), []);
});

scenario("a short pause costs nothing: neither a death nor a message", () => {
  const world = formed();
  world.weather.passes = (from, to) => from !== "n3" && to !== "n3";
  world.say("n1", "n3", "while away");
  world.run(250);
  world.weather.passes = () => true;
  world.run(400);
  assert.deepEqual(world.said("n3", "n1"), ["while away"]);
  for (const [a, b] of pairs()) assert.equal(world.sawAt(a, b, "dead", 0), undefined);
});

scenario("a node that stood still does not take the others for dead", () => {
  const world = formed();
  world.pause("n1");
  world.run(3000);
  assert.ok((world.node("n1").held?.length ?? 0) >= 2, "the deadlines of both were due");
  // As a process that wakes up: timers first, then the socket.
  world.resume("n1");
  world.run(300);
  assert.equal(world.sawAt("n1", "n2", "dead", 0), undefined);
});

scenario("a status that waits to be read when its deadline is due still counts", () => {
  const world = formed();
  const n1 = world.node("n1");
  // Their packets reach n1 when it has stood still for a moment: just after its timers.
  world.weather.passes = (from, to) => !(from === "n2" && to === "n1");
  world.run(350);
  const [last] = world.node("n2").packets.slice(-1);
  const { statusAt, dtMs } = n1.machine.state.peers.get("n2")!;
  world.run(statusAt + dtMs - world.now + 1);
  world.weather.passes = () => true;
  world.inject("n1", "net0", last!);
  world.run(20);
  assert.equal(world.sawAt("n1", "n2", "dead", 0), undefined);
});

scenario("without the third node two become active when initdead has passed", () => {
  const world = new SmallWorld(config, () => plainCodecs("key"));
  world.start("n1");
  world.start("n2");
  world.run(1900);
  assert.equal(world.sees("n1", "n2"), "up");
  world.run(300);
  assert.equal(world.sees("n1", "n3"), "dead");
  assert.equal(world.sees("n1", "n2"), "active");
  assert.equal(world.sees("n1", "n1"), "active");
});

scenario("the generation is saved before the first packet and rises", () => {
  const world = formed();
  const first = world.node("n1").machine.state.generation;
  world.kill("n1");
  world.start("n1");
  assert.equal(world.node("n1").machine.state.generation, first + 1);
});

scenario("the same history from the same seed", () => {
  const trace = () => {
    const world = new SmallWorld(config, () => plainCodecs("key"), 42);
    Object.assign(world.weather, { loss: 0.2, double: 0.1, delayMaxMs: 30 });
    for (const name of names) world.start(name);
    for (let i = 0; i < 100; i++) {
      world.say("n1", "*", String(i));
      world.run(17);
    }
    return JSON.stringify(names.map((name) => world.node(name).heard));
  };
  assert.equal(trace(), trace());
});
