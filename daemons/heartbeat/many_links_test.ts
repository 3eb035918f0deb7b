/**
 * As many links as the node configuration allows.
 *
 * @module
 */
import assert from "node:assert/strict";
import { mediaMax } from "../site/node_config/limits.ts";
import type { HeartbeatConfig } from "./config.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";

const config: HeartbeatConfig = {
  nodes: [],
  media: [{ link: "net0", plugin: "medium/memory", config: {} }],
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 2000,
};

function formed(change: Partial<HeartbeatConfig>): SmallWorld {
  const world = new SmallWorld({ ...config, ...change }, () => plainCodecs("key"));
  for (const name of world.config.nodes) world.start(name);
  world.run(1000);
  return world;
}

const named = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`);

Deno.test("as many links as can be configured carry heartbeats, and the last of them is enough", () => {
  const media = named(mediaMax, "net").map((link) => ({
    link,
    plugin: "medium/memory",
    config: {},
  }));
  const world = formed({ nodes: ["n0", "n1"], media });
  const up = () =>
    [...world.node("n0").machine.state.peers.get("n1")!.links].filter(([, { up }]) => up).length;
  assert.equal(up(), mediaMax);
  const last = `net${mediaMax - 1}`;
  world.weather.passes = (_from, _to, link) => link === last;
  world.run(2000);
  assert.equal(up(), 1);
  assert.equal(world.sees("n0", "n1"), "active");
  world.say("n0", "n1", "by the last");
  world.run(200);
  assert.deepEqual(world.said("n1", "n0"), ["by the last"]);
});
