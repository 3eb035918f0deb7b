import assert from "node:assert/strict";
import { scenarios } from "../runtime/testing/transcript.ts";
import type { Versions } from "../runtime/version.ts";
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";
import type { HeartbeatConfig } from "./config.ts";
import { string } from "./fields.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";

const scenario = scenarios("heartbeat_version");

const config: HeartbeatConfig = {
  nodes: ["n1", "n2", "n3"],
  media: [{ link: "net0", plugin: "medium/memory", config: {} }],
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 2000,
};

/** Three nodes, the last of which speaks other versions. */
function mixed(versions: Versions): SmallWorld {
  const world = new SmallWorld(config, () => plainCodecs("key"));
  world.start("n1");
  world.start("n2");
  world.config = { ...config, versions };
  world.start("n3");
  world.run(1500);
  return world;
}

scenario("a node one version ahead that still speaks ours is a peer like any other", () => {
  const world = mixed({ oldest: 1, newest: 2 });
  assert.equal(world.sees("n1", "n3"), "active");
  assert.equal(world.sees("n3", "n1"), "active");
  world.say("n1", "n3", "hello");
  world.say("n3", "n1", "hello back");
  world.run(200);
  assert.deepEqual(world.said("n3", "n1"), ["hello"]);
  assert.deepEqual(world.said("n1", "n3"), ["hello back"]);
});

scenario(
  "a node that speaks none of our versions is named with both, and no message passes",
  () => {
    const world = mixed({ oldest: 2, newest: 3 });
    assert.equal(world.sees("n1", "n2"), "active");
    assert.notEqual(world.sees("n1", "n3"), "active");
    const errors = world.node("n1").log.filter((line) => line.includes("n3 speaks"));
    assert.equal(errors.length, 1, "once, not with every status");
    assert.match(errors[0] ?? "", /n3 speaks protocol versions 2-3, this node speaks 1-1.*Fix:/);
    const peer = world.node("n1").machine.state.peers.get("n3");
    assert.equal(peer?.versions, "2-3");
    assert.match(peer?.incompatible ?? "", /no message passes/);
    world.say("n1", "n3", "lost");
    world.run(200);
    assert.deepEqual(world.said("n3", "n1"), []);
    assert.match(
      world.node("n3").log.join("\n"),
      /n1 speaks protocol versions 1-1, this node .* 2-3/,
    );
  },
);

/** Three nodes, the last of which announces something else. */
function announcing(change: (message: WireMessage) => WireMessage): SmallWorld {
  const plain = plainCodecs("key");
  const { encoding } = plain;
  const other = {
    ...plain,
    encoding: { ...encoding, encode: (one: WireMessage) => encoding.encode(change(one)) },
  };
  const world = new SmallWorld(config, (node) => node === "n3" ? other : plain);
  for (const node of config.nodes) world.start(node);
  world.run(1500);
  return world;
}

for (
  const [what, change, said] of [
    [
      "announces no versions",
      (message) => message.filter(({ name }) => name !== "haversions"),
      /n3 announces no protocol versions, .*: no message passes between them/,
    ],
    [
      "has another stream of messages",
      (message) => message.map((one) => one.name === "hastream" ? string("hastream", "2") : one),
      /n3 speaks version 2 of the stream of messages, this node speaks 1: no message passes/,
    ],
  ] as [string, (message: WireMessage) => WireMessage, RegExp][]
) {
  scenario(`a node of our kind that ${what} is named, and no message passes`, () => {
    const world = announcing(change);
    assert.equal(world.sees("n1", "n2"), "active");
    assert.equal(world.sees("n1", "n3"), "init", "heard, but no member");
    const errors = world.node("n1").log.filter((line) => said.test(line));
    assert.equal(errors.length, 1, "once, not with every status");
    assert.match(errors[0] ?? "", /\[HA5012\]\. Fix: upgrade/);
    assert.match(world.node("n1").machine.state.peers.get("n3")?.incompatible ?? "", said);
    world.say("n1", "n3", "lost");
    world.say("n3", "n1", "lost");
    world.run(200);
    assert.deepEqual(world.said("n3", "n1"), []);
    assert.deepEqual(world.said("n1", "n3"), []);
  });
}

scenario("an upgrade of that node is noticed, and it is a peer again", () => {
  const world = mixed({ oldest: 2, newest: 3 });
  world.kill("n3");
  world.run(1000);
  world.config = { ...config, versions: { oldest: 1, newest: 2 } };
  world.start("n3");
  world.run(1500);
  assert.equal(world.sees("n1", "n3"), "active");
  assert.equal(world.node("n1").machine.state.peers.get("n3")?.incompatible, undefined);
});
