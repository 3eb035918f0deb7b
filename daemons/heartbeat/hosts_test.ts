import assert from "node:assert/strict";
import { fromHere, scenarios } from "../runtime/testing/transcript.ts";
import type { HeartbeatConfig } from "./config.ts";
import type { HostChange } from "./hosts.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";

const scenario = scenarios("heartbeat_hosts");

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

/** Asks a node for a change; gives why it was not made, or "". */
function change(world: SmallWorld, name: string, change: HostChange): string {
  world.tell(name, "operator", { type: "heartbeat/change", id: "1", change });
  const answer = world.node(name).heard.at(-1)?.message;
  assert.equal(answer?.type, "heartbeat/changed");
  world.run(50);
  return answer?.type === "heartbeat/changed" ? answer.error ?? "" : "";
}

const peers = (world: SmallWorld, name: string) =>
  [...world.node(name).machine.state.peers.keys()].sort().join(" ");

scenario("a node is added while the cluster runs, and is known after a restart", () => {
  const world = formed();
  assert.equal(change(world, "n1", { change: "add", nodes: ["n3"] }), "");
  assert.deepEqual([peers(world, "n1"), peers(world, "n2")], ["n2 n3", "n1 n3"]);
  world.run(1500);
  assert.equal(world.sees("n2", "n3"), "init", "it has until initdead");
  world.run(1000);
  assert.equal(world.sees("n2", "n3"), "dead");
  // It comes with a configuration of its own that names all three.
  world.config = { ...config, nodes: ["n1", "n2", "n3"] };
  world.start("n3");
  world.config = config;
  world.run(1000);
  for (const name of ["n1", "n2"]) assert.equal(world.sees(name, "n3"), "active");
  world.kill("n2");
  world.run(1000);
  world.start("n2");
  world.run(1000);
  assert.equal(world.sees("n2", "n3"), "active");
});

scenario("a change is kept on disk, and no heartbeat waits for a disk that is slow", () => {
  const world = formed();
  const { step, state } = world.node("n1").machine;
  const effects = step(state, {
    type: "message",
    at: world.now,
    from: { node: "n1", service: "operator" },
    message: { type: "heartbeat/change", id: "1", change: { change: "add", nodes: ["n3"] } },
  });
  const saves = effects.filter((effect) => effect.type === "save");
  assert.deepEqual(saves.map(({ key, waits }) => [key, waits]), [["hosts", false]]);
});

scenario("a name that could not be told from another's in the numbers of views is refused", () => {
  const world = formed();
  assert.equal(change(world, "n1", { change: "add", nodes: ["byu"] }), "");
  const why = change(world, "n1", { change: "add", nodes: ["ckg"] });
  assert.match(why, /ckg and byu would get the same numbers .* another name/);
  assert.deepEqual([peers(world, "n1"), peers(world, "n2")], ["byu n2", "byu n1"]);
});

scenario("a node is removed once it is dead and all others hear of it", () => {
  const world = formed();
  change(world, "n1", { change: "add", nodes: ["n3", "n4"] });
  assert.match(change(world, "n1", { change: "remove", nodes: ["n2"] }), /n2 is active .*stop it/);
  assert.match(change(world, "n1", { change: "remove", nodes: ["n1"] }), /n1 is this node/);
  assert.match(change(world, "n1", { change: "remove", nodes: ["n9"] }), /there is no node n9/);
  world.run(2500);
  assert.match(
    change(world, "n1", { change: "remove", nodes: ["n3"] }),
    /n4 is dead and would miss the change/,
  );
  assert.equal(change(world, "n1", { change: "remove", nodes: ["n3", "n4"] }), "");
  assert.deepEqual([peers(world, "n1"), peers(world, "n2")], ["n2", "n1"]);
});

scenario("who was away learns what was added and removed meanwhile", () => {
  const world = formed();
  change(world, "n1", { change: "add", nodes: ["n3"] });
  world.run(2500);
  world.kill("n2");
  world.run(1000);
  change(world, "n1", { change: "add", nodes: ["n4"] });
  world.run(2500);
  assert.equal(change(world, "n1", { change: "remove", nodes: ["n2", "n3", "n4"] }), "");
  change(world, "n1", { change: "add", nodes: ["n2", "n5"] });
  world.start("n2");
  world.run(2500);
  assert.equal(peers(world, "n2"), "n1 n5");
});

scenario("a name that is none, or one too many, is refused with the fix", () => {
  const world = formed();
  assert.match(change(world, "n1", { change: "add", nodes: ["N3"] }), /write it in lower case/);
  const many = Array.from({ length: 99 }, (_, at) => `m${at}`);
  assert.match(change(world, "n1", { change: "add", nodes: many }), /100 nodes at most/);
  assert.match(change(world, "n1", { change: "weight", node: "n9", weight: 1 }), /no node n9/);
  assert.match(change(world, "n1", { change: "weight", node: "n2", weight: -1 }), /not a weight/);
  assert.match(
    change(world, "n1", { change: "site", node: "n2", site: "a b" }),
    /not a name of a site/,
  );
  const weight = (weight: number) => change(world, "n1", { change: "weight", node: "n2", weight });
  for (const good of [0, 1, 1_000_000]) assert.equal(weight(good), "");
  for (const wrong of [0.5, 1_000_001, NaN]) assert.match(weight(wrong), /from 0 to 1000000/);
  const site = (site: string) => change(world, "n1", { change: "site", node: "n2", site });
  for (const good of ["a", "s".repeat(64)]) assert.equal(site(good), "");
  for (const wrong of ["", "s".repeat(65), "\u00e9", "a\tb"]) {
    assert.match(site(wrong), /name of a site/);
  }
  assert.equal(peers(world, "n1"), "n2");
});

scenario("weights and sites are known on every node, and kept", () => {
  const world = formed();
  change(world, "n1", { change: "weight", node: "n2", weight: 7 });
  change(world, "n2", { change: "site", node: "n1", site: "east" });
  world.kill("n2");
  world.run(1000);
  world.start("n2");
  for (const name of ["n1", "n2"]) {
    const { weights, sites } = world.node(name).machine.state.hosts;
    assert.deepEqual([[...weights], [...sites]], [[["n2", 7]], [["n1", "east"]]], name);
  }
});

scenario("autojoin none: a stranger is not heard, whatever key it has", () => {
  const world = formed();
  world.config = { ...config, nodes: ["n1", "n2", "n3"] };
  world.start("n3");
  world.run(1000);
  assert.equal(peers(world, "n1"), "n2");
  assert.ok(world.node("n1").machine.state.counters.dropped.stranger > 0);
});

scenario(
  "autojoin other: a stranger with the key joins, is kept, and does not come back when removed",
  () => {
    const world = formed({ autojoin: "other", initdeadMs: 600 });
    world.run(500);
    world.config = { ...config, nodes: ["n1", "n2", "n3"], autojoin: "other", initdeadMs: 600 };
    world.start("n3");
    world.run(1500);
    for (const name of ["n1", "n2"]) assert.equal(world.sees(name, "n3"), "active");
    assert.equal(world.sees("n3", "n3"), "active");
    assert.ok(new TextDecoder().decode(world.node("n1").saved.get("hosts")).includes("n3"));
    world.kill("n3");
    world.run(1000);
    assert.equal(change(world, "n1", { change: "remove", nodes: ["n3"] }), "");
    world.start("n3");
    world.run(1500);
    assert.equal(peers(world, "n1"), "n2");
    const forger = new SmallWorld({ ...config, nodes: ["n8"] }, () => plainCodecs("other"));
    forger.start("n8");
    forger.run(300);
    for (const packet of forger.node("n8").packets) world.inject("n1", "net0", packet);
    assert.equal(peers(world, "n1"), "n2", "without the key nobody joins");
  },
);

scenario("with autojoin nobody is active before initdead has passed", () => {
  const world = new SmallWorld({ ...config, autojoin: "any" }, () => plainCodecs("key"));
  for (const name of config.nodes) world.start(name);
  world.run(1900);
  assert.equal(world.sees("n1", "n2"), "up");
  world.run(300);
  assert.equal(world.sees("n1", "n2"), "active");
});

scenario(
  "heartbeat reports an unreadable file of changes and uses the configured nodes",
  () => {
    for (const broken of ["", "{", "[]x", '{"added":5}', '{"removed":"n2"}', "null"]) {
      const world = new SmallWorld(config, () => plainCodecs("key"));
      world.start("n1");
      world.kill("n1");
      world.node("n1").saved.set("hosts", new TextEncoder().encode(broken));
      world.start("n1");
      assert.equal(peers(world, "n1"), "n2", broken);
      assert.match(
        world.node("n1").log.join("\n"),
        /saved changes of the list of nodes cannot be read/,
        broken,
      );
    }
  },
);
