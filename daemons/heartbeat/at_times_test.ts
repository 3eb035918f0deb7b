import assert from "node:assert/strict";
import type { HeartbeatConfig } from "./config.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";

const config: HeartbeatConfig = {
  nodes: ["n1", "n2"],
  media: [{ link: "net0", plugin: "medium/memory", config: {} }],
  keepaliveMs: 1_000,
  deadtimeMs: 5_000,
  initdeadMs: 5_000,
};

Deno.test("messages that cannot be carried are one line a minute, which counts them", () => {
  const world = new SmallWorld(config, () => plainCodecs("key"));
  for (const name of config.nodes) world.start(name);
  world.run(10_000);
  const lines = () => world.node("n1").log.filter((line) => line.startsWith("Cannot carry"));
  const refused = (service: string) =>
    world.tell("n1", "router", {
      type: "heartbeat/forward",
      to: { node: "n2", service },
      from: { service: "test" },
      body: { type: "peer", body: "x" },
    });
  const service = "s".repeat(200);
  for (let count = 0; count < 1_000; count++) refused(`${service}${count}`);
  const [line = "", ...more] = lines();
  assert.match(line, /^Cannot carry a message of test to s+0 of n2: a name is too long$/);
  assert.deepEqual(more, []);
  assert.equal(world.node("n1").machine.state.counters.dropped["no room"], 1_000);
  world.run(60_000);
  refused(service);
  assert.match(lines()[1] ?? "", /a name is too long; 999 more like it since the last line$/);
  assert.equal(lines().length, 2);
});
