import assert from "node:assert/strict";
import { fromHere, scenarios } from "../runtime/testing/transcript.ts";
import { openPacket } from "./codecs.ts";
import type { HeartbeatConfig } from "./config.ts";
import { stringOf } from "./fields.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";

const scenario = scenarios("heartbeat_stream_acks");

const names = ["n1", "n2", "n3"];
const config: HeartbeatConfig = {
  nodes: names,
  media: [{ link: "net0", plugin: "medium/memory", config: {} }],
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 2000,
};
const codecs = plainCodecs("key");

function formed(): SmallWorld {
  const world = new SmallWorld(config, () => codecs);
  for (const name of names) world.start(name);
  // Between two statuses.
  world.run(1050);
  fromHere();
  return world;
}

/** What of the stream a node has sent since it had sent `before` packets: types, and who was acknowledged. */
function sent(world: SmallWorld, name: string, before: number): string[] {
  return world.node(name).packets.slice(before).flatMap((packet) => {
    const opened = openPacket(codecs, packet);
    assert.ok(opened.ok);
    const type = stringOf(opened.message, "t") ?? "";
    if (!type.startsWith("NS_hastream")) return [];
    const to = opened.message.flatMap((field) =>
      field.name === "a" && field.type === "string" ? [field.value.split(" ")[0]] : []
    );
    return [[type, ...to].join(" ")];
  });
}

scenario("an answer takes the acknowledgement with it", () => {
  const world = formed();
  const before = world.node("n2").packets.length;
  const { outgoing } = world.node("n1").machine.state;
  world.say("n1", "n2", "question");
  world.run(0.5);
  world.say("n2", "n1", "answer");
  world.run(0.5);
  assert.deepEqual(world.said("n1", "n2"), ["answer"]);
  assert.equal(world.node("n1").machine.state.peers.get("n2")!.reader!.acked, outgoing.next);
  world.run(10);
  assert.deepEqual(sent(world, "n2", before), ["NS_hastream n1"]);
});

scenario("a packet that is full takes none with it, and it is not forgotten", () => {
  const world = formed();
  const before = world.node("n2").packets.length;
  world.say("n1", "n2", "question");
  world.run(0.5);
  world.say("n2", "n1", "a".repeat(1_170));
  world.run(10);
  assert.deepEqual(sent(world, "n2", before), ["NS_hastream", "NS_hastream_ack n1"]);
});

scenario("what is missing rides on nothing: such a packet may come again when it has come", () => {
  const world = formed();
  const before = world.node("n2").packets.length;
  world.weather.passes = (from, to) => from !== "n1" || to !== "n2";
  world.say("n1", "n2", "lost");
  world.run(0.5);
  world.weather.passes = (from, to) => from !== "n2" || to !== "n1";
  world.say("n1", "n2", "next");
  world.run(0.5);
  // Once more: its acknowledgement may have been lost, so another is owed.
  world.inject("n2", "net0", world.node("n1").packets.at(-1)!);
  world.say("n2", "n1", "from n2");
  world.run(0.5);
  assert.deepEqual(sent(world, "n2", before), ["NS_hastream_ack n1", "NS_hastream"]);
  world.weather.passes = () => true;
  world.run(100);
  assert.deepEqual(world.said("n2", "n1"), ["lost", "next"]);
  assert.deepEqual(world.said("n1", "n2"), ["from n2"]);
});

scenario("an acknowledgement troubles nobody but the node that it is for", () => {
  const world = formed();
  const { counters } = world.node("n3").machine.state;
  const seen = counters.packetsIn;
  world.say("n1", "n2", "something");
  world.run(5);
  // What n1 said concerns n2, but has its number among all that n1 says.
  assert.equal(counters.packetsIn - seen, 1);
  assert.equal(world.node("n1").machine.state.outgoing.kept.length, 0);
});

scenario(
  "an old packet that somebody sends again from elsewhere leads no acknowledgement there",
  () => {
    const world = formed();
    const old = [...world.node("n1").packets];
    world.say("n1", "n2", "something");
    world.run(0.5);
    for (const packet of old) world.inject("n2", "net0", packet, "n3");
    world.run(5);
    assert.equal(world.node("n1").machine.state.outgoing.kept.length, 0);
  },
);

scenario("a first acknowledgement that comes with an answer counts at once", () => {
  const world = formed();
  const peer = world.node("n1").machine.state.peers.get("n2")!;
  // As if the acknowledgement of the offer had been lost.
  peer.reader!.confirmed = false;
  peer.shown = "init";
  const before = world.now;
  world.say("n1", "*", "question");
  world.run(0.5);
  world.say("n2", "n1", "answer");
  world.run(0.5);
  assert.ok(world.sawAt("n1", "n2", "active", before));
});

scenario("only who does not acknowledge is left behind, not who has all", () => {
  const world = formed();
  world.say("n1", "n2", "before");
  world.run(300);
  const { log } = world.node("n1");
  const before = log.length;
  world.weather.passes = (_, to) => to !== "n3";
  world.say("n1", "n2", "said");
  world.run(900);
  const dropped = log.slice(before).filter((line) => line.includes("does not hear this node"));
  assert.equal(dropped.length, 1, dropped.join());
  assert.match(dropped[0]!, /^n3 /);
});
