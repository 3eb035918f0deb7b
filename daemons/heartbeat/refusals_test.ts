import assert from "node:assert/strict";
import { noRefusals, noteRefusal, refusalsShown } from "./refusals.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";
import type { HeartbeatConfig } from "./config.ts";

const config: HeartbeatConfig = {
  cluster: "prod",
  nodes: ["n1", "n2"],
  media: [{ link: "net0", plugin: "medium/memory", config: {} }],
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 1000,
};

/** What n1 says of n2, whose choices are others. */
function beside(change: Partial<HeartbeatConfig>, key = "key", name = "n2") {
  const world = new SmallWorld(config, (name) => plainCodecs(name === "n1" ? "key" : key));
  world.start("n1");
  world.config = { ...config, ...change };
  world.start(name);
  world.run(70_000);
  const n1 = world.node("n1");
  world.tell("n1", "asks", { type: "status/query", id: "1" });
  const { message } = n1.heard.findLast(({ service }) => service === "asks")!;
  const status = message.type === "status/answer" ? message.status : undefined;
  return { log: n1.log.filter((line) => line.startsWith("Refused")), status, world };
}

Deno.test("a node with another key, of another cluster, or of none is refused audibly", () => {
  const cases = [
    [beside({}, "other"), /from n2 by net0: they are signed with another key.*copy authkeys/],
    [beside({ cluster: "test" }), /from n2 by net0: it .*names another cluster/],
    [beside({ nodes: ["n1", "n3"] }, "key", "n3"), /from n3 by net0: it .*is not a node of this/],
  ] as const;
  for (const [{ log, status, world }, expected] of cases) {
    assert.match(log[0] ?? "", expected);
    // The first time, and once a minute.
    assert.equal(log.length, 2, log.join("\n"));
    const shown = JSON.stringify(status);
    assert.match(
      shown,
      /"refused":\{"from":\[\{"why":"[a-z ]+","from":"n[23]","link":"net0","count":\d{3}/,
    );
    assert.equal(world.sees("n1", "n2"), "dead");
  }
});

Deno.test("an older life is refused audibly, and a cluster that names itself takes a C node", () => {
  const { world } = beside({});
  assert.equal(world.sees("n1", "n2"), "active");
  const [old] = world.node("n2").packets;
  world.kill("n2");
  world.start("n2");
  world.run(1_000);
  world.inject("n1", "net0", old!, "n2");
  assert.match(
    world.node("n1").log.join("\n"),
    /Refused 1 packet from n2 .*before that node's last restart/,
  );
  const { cluster: _, ...nameless } = config;
  world.config = nameless;
  world.kill("n2");
  world.start("n2");
  world.run(2_000);
  assert.equal(world.sees("n1", "n2"), "active");
});

Deno.test("a flood with a thousand addresses fills neither the table nor the log", () => {
  const refusals = noRefusals();
  let lines = 0;
  for (let count = 0; count < 100_000; count++) {
    const from = `10.0.${count % 50}.${count % 250}:${count % 60_000}`;
    const refused = { why: "wrong signature", from, link: "net0" } as const;
    if (noteRefusal(refusals, count / 50, refused) !== undefined) lines++;
  }
  const { from, elsewhere } = refusalsShown(refusals, 2_000);
  assert.equal(from.length, 32);
  assert.equal(lines, 32);
  assert.equal(from.reduce((sum, { count }) => sum + count, elsewhere), 100_000);
});
