import assert from "node:assert/strict";
import type { HeartbeatConfig } from "./config.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";

const config: HeartbeatConfig = {
  nodes: ["n1"],
  cluster: "ours",
  media: [{ link: "net0", plugin: "medium/memory", config: {} }],
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 2000,
};

/** What services of a node were told last. */
function strangers(world: SmallWorld, name: string): readonly string[] {
  for (const { message } of world.node(name).heard.toReversed()) {
    if (message.type === "heartbeat/connectivity") return message.strangers ?? [];
  }
  return [];
}

/** Starts a node with another configuration than the first. */
function start(world: SmallWorld, name: string, more: Partial<HeartbeatConfig>): void {
  const before = world.config;
  world.config = { ...before, ...more };
  world.start(name);
  world.config = before;
}

Deno.test("services hear of a node with the key that is not among ours, while it is heard", () => {
  const world = new SmallWorld(config, () => plainCodecs("key"));
  world.start("n1");
  start(world, "n2", { nodes: ["n1", "n2", "n3"] });
  const { cluster: _, ...nameless } = config;
  world.config = nameless;
  start(world, "n3", { nodes: ["n1", "n2", "n3"] });
  world.run(300);
  assert.deepEqual(strangers(world, "n1"), ["n2", "n3"]);
  assert.deepEqual(strangers(world, "n2"), [], "it names them");
  world.kill("n3");
  world.run(2_000);
  assert.deepEqual(strangers(world, "n1"), ["n2"]);
  const change = { change: "add", nodes: ["n2"] } as const;
  world.tell("n1", "operator", { type: "heartbeat/change", id: "1", change });
  assert.deepEqual(strangers(world, "n1"), [], "now it is one of us");
  world.run(1_000);
  assert.equal(world.sees("n1", "n2"), "active");
});

Deno.test("no stranger: another cluster, another key, who was removed, and who joins by itself", () => {
  const world = new SmallWorld(
    { ...config, nodes: ["n1", "n4"] },
    (name) => plainCodecs(name === "n3" ? "other" : "key"),
  );
  world.start("n1");
  world.run(3_000);
  const change = { change: "remove", nodes: ["n4"] } as const;
  world.tell("n1", "operator", { type: "heartbeat/change", id: "1", change });
  start(world, "n2", { nodes: ["n1", "n2"], cluster: "theirs" });
  start(world, "n3", { nodes: ["n1", "n3"] });
  start(world, "n4", {});
  world.run(1_000);
  assert.ok(world.node("n1").machine.state.counters.dropped.stranger > 0);
  assert.deepEqual(strangers(world, "n1"), []);

  const open = new SmallWorld({ ...config, autojoin: "any" }, () => plainCodecs("key"));
  open.start("n1");
  start(open, "n2", { nodes: ["n1", "n2"] });
  open.run(1_000);
  assert.deepEqual(strangers(open, "n1"), []);
});

Deno.test("whose cluster has been founded says so, and those who hear it are told, named or not", () => {
  const world = new SmallWorld(config, () => plainCodecs("key"));
  world.start("n1");
  start(world, "n2", { nodes: ["n1", "n2"] });
  start(world, "n3", { nodes: ["n3"] });
  world.run(1_000);
  const founded = (name: string) => {
    for (const { message } of world.node(name).heard.toReversed()) {
      if (message.type === "heartbeat/connectivity") return message.founded ?? [];
    }
    return [];
  };
  for (const name of ["n1", "n2", "n3"]) assert.deepEqual(founded(name), [], name);
  world.tell("n1", "ccm", { type: "heartbeat/founded" });
  world.run(300);
  assert.deepEqual([founded("n1"), founded("n2"), founded("n3")], [[], ["n1"], ["n1"]]);
  world.kill("n1");
  world.run(5_000);
  assert.deepEqual([founded("n2"), founded("n3")], [[], []]);
});

Deno.test("a thousand strangers are as a hundred", () => {
  const world = new SmallWorld(config, () => plainCodecs("key"));
  world.start("n1");
  world.run(50);
  const packets: Uint8Array[] = [];
  for (let at = 0; at < 150; at++) {
    const other = new SmallWorld({ ...config, nodes: [`x${at}`] }, () => plainCodecs("key"));
    other.start(`x${at}`);
    other.run(10);
    packets.push(...other.node(`x${at}`).packets);
  }
  for (const packet of packets) world.inject("n1", "net0", packet);
  assert.equal(strangers(world, "n1").length, 100);
});
