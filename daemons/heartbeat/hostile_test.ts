import assert from "node:assert/strict";
import { Random } from "../runtime/random.ts";
import { clientsMax } from "./clients/state.ts";
import { SmallClient } from "./testing/small_client.ts";
import { sealPacket } from "./codecs.ts";
import { nodesMax } from "../site/node_config/limits.ts";
import { type HeartbeatConfig, historyMax, missingMax } from "./config.ts";
import { hostileMessage } from "./testing/hostile_messages.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";

const codecs = plainCodecs("key");
const config: HeartbeatConfig = {
  nodes: ["n1", "n2", "mad"],
  media: [{ link: "net0", plugin: "medium/memory", config: {} }],
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 1000,
  autojoin: "other",
  clients: { parameters: new Map() },
};

function formed(seed: number): SmallWorld {
  const world = new SmallWorld(config, () => codecs, seed);
  for (const name of ["n1", "n2"]) world.start(name);
  world.run(1_500);
  return world;
}

/** What is kept stays within its bounds, whatever was said. */
function bounded(world: SmallWorld): void {
  const { state } = world.node("n1").machine;
  assert.ok(state.peers.size < nodesMax, `${state.peers.size} peers`);
  assert.ok(state.history.length <= historyMax);
  assert.ok(state.clients.open.size <= clientsMax);
  for (const names of state.clients.presence.values()) assert.ok(names.size <= clientsMax);
  assert.ok(state.clients.presence.size <= nodesMax);
  for (const { missing } of state.peers.values()) assert.ok(missing.size <= missingMax);
}

Deno.test("no message of a faulty node with the key breaks another node or grows without bound", () => {
  for (let seed = 0; seed < 8; seed++) {
    const world = formed(seed);
    const random = new Random(seed);
    for (let i = 0; i < 1_500; i++) {
      // It may speak for itself and for strangers, not for those who live.
      const message = hostileMessage(random, ["mad", "mad", "mad", "s1", "s2", "n1"]);
      const packet = sealPacket(codecs, message);
      for (const name of ["n1", "n2"]) world.inject(name, "net0", packet);
      if (i % 10 === 0) world.run(20);
    }
    world.run(2_000);
    bounded(world);
    assert.equal(world.sees("n2", "n1"), "active", `seed ${seed}`);
    assert.equal(world.sees("n1", "n2"), "active", `seed ${seed}`);
    world.say("n1", "n2", "still there");
    world.run(50);
    assert.equal(world.said("n2", "n1").at(-1), "still there", `seed ${seed}`);
  }
});

Deno.test("no message of a faulty client stops the node or its service to others", () => {
  for (let seed = 0; seed < 5; seed++) {
    const world = formed(seed);
    const random = new Random(seed);
    const good = new SmallClient(world, "n1", "good");
    good.ask("signon");
    let mad = new SmallClient(world, "n1", "mad");
    for (let i = 0; i < 800; i++) {
      if (random.chance(0.02)) {
        mad.give({ type: "closed", connection: mad.connection, why: "EOF" });
        mad = new SmallClient(world, "n1", "mad");
      }
      const bytes = random.chance(0.02)
        ? Uint8Array.from({ length: random.between(0, 50) }, () => random.between(0, 255))
        : codecs.encoding.encode(hostileMessage(random, ["n1", "n2", "mad", "s1"]));
      mad.give({ type: "frame", connection: mad.connection, bytes });
      if (i % 10 === 0) world.run(20);
    }
    world.run(500);
    bounded(world);
    good.heard();
    assert.deepEqual(good.ask("nodestatus", { node: "n2" }), [
      "t=hbapi-resp st=active result=OK",
    ], `seed ${seed}`);
    assert.equal(world.sees("n2", "n1"), "active", `seed ${seed}`);
  }
});
