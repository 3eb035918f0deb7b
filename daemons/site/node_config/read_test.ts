import assert from "node:assert/strict";
import { pathText } from "../../../metadata/diagnostic.ts";
import { readNodeConfig } from "./read.ts";

const compressions = new URL("../../../plugins/compression", import.meta.url);
const good = {
  cluster: "demo",
  node: "alice",
  nodes: ["alice", "bob"],
  state: "/var/lib/ha",
  run: "/run/ha",
  authkeys: "/etc/ha/authkeys",
  media: [{
    plugin: "medium/ucast",
    address: "127.0.0.1",
    port: 694,
    peers: [{ address: "127.0.0.1", port: 695 }],
  }],
};

function paths(change: Readonly<Record<string, unknown>>): string[] {
  const read = readNodeConfig(JSON.stringify({ ...good, ...change }));
  return read.ok ? [] : read.diagnostics.map(({ path }) => pathText(path)).sort();
}

Deno.test("a good file is read, and defaults are filled", () => {
  const read = readNodeConfig(JSON.stringify(good));
  assert.ok(read.ok);
  assert.equal(read.value.keepaliveMs, 1000);
  assert.equal(read.value.deadtimeMs, 10_000);
});

Deno.test("all mistakes are named at once, each with its place", () => {
  assert.deepEqual(paths({ state: "relative", cluster: "a b", keepalive: 1, nodes: [] }), [
    "cluster",
    "keepalive",
    "nodes",
    "state",
  ]);
});

Deno.test("times and names that cannot work are refused, with the arithmetic", () => {
  assert.deepEqual(paths({ keepaliveMs: 500, deadtimeMs: 1000 }), ["deadtimeMs"]);
  assert.deepEqual(paths({ keepaliveMs: 100, deadtimeMs: 500, initdeadMs: 400 }), ["initdeadMs"]);
  for (const warntimeMs of [9_999, 1_001]) assert.deepEqual(paths({ warntimeMs }), []);
  for (const warntimeMs of [10_000, 20_000, 1_000]) {
    assert.deepEqual(paths({ warntimeMs }), ["warntimeMs"]);
  }
  const read = readNodeConfig(JSON.stringify({ ...good, warntimeMs: 1_000 }));
  assert.match(JSON.stringify(read), /give at least 1001 and at most 9999, or leave it out/);
  const whyOf = (warntimeMs: number) => {
    const read = readNodeConfig(JSON.stringify({ ...good, warntimeMs }));
    return read.ok ? "" : read.diagnostics[0]?.why;
  };
  assert.equal(whyOf(10_000), "the node would be dead before the warning");
  assert.equal(whyOf(1_000), "every heartbeat would come too late");
  assert.deepEqual(paths({ deadpingMs: 2_000 }), ["deadpingMs"]);
  assert.deepEqual(paths({ deadpingMs: 2_001 }), []);
  assert.deepEqual(paths({ keepaliveMs: 500, deadtimeMs: 1001, initdeadMs: 1001 }), []);
  assert.deepEqual(paths({ node: "carol" }), ["node"]);
  assert.deepEqual(paths({ nodes: ["alice", "bob", "alice", "bob"] }), ["nodes[2]", "nodes[3]"]);
  assert.deepEqual(paths({ nodes: ["alice", "bob", "Alice", "BOB"] }), ["nodes[2]", "nodes[3]"]);
});

Deno.test("names that could not be told apart in the numbers of views are refused", () => {
  assert.deepEqual(paths({ nodes: ["alice", "byu", "ckg"] }), ["nodes[2]"]);
  assert.deepEqual(paths({ nodes: ["alice", "byu"], node: "ckg", autojoin: "any" }), ["node"]);
});

Deno.test("a cluster has 100 nodes at most, and a node 64 links", () => {
  const nodes = (count: number) => Array.from({ length: count }, (_, at) => `n${at}`);
  assert.deepEqual(paths({ nodes: nodes(100), node: "n99" }), []);
  assert.deepEqual(paths({ nodes: nodes(101), node: "n99" }), ["nodes"]);
  const media = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ ...good.media[0], address: `10.0.0.${at}` }));
  assert.deepEqual(paths({ media: media(64) }), []);
  assert.deepEqual(paths({ media: media(65) }), ["media"]);
});

Deno.test("what messages are packed with is a name of a plugin, from a size within bounds", () => {
  const packings = ["none", ...[...Deno.readDirSync(compressions)].map(({ name }) => name)];
  for (const packing of packings) assert.deepEqual(paths({ packing }), [], packing);
  assert.deepEqual(paths({ packing: "compression/lzo" }), ["packing"]);
  for (const packFromBytes of [256, 1_048_576]) assert.deepEqual(paths({ packFromBytes }), []);
  for (const packFromBytes of [255, 1_048_577, 2048.5]) {
    assert.deepEqual(paths({ packFromBytes }), ["packFromBytes"]);
  }
});

Deno.test("users are numbers that the kernel knows", () => {
  const rule = (uid: unknown) => ({ apiauth: [{ client: "default", uids: [uid], gids: [uid] }] });
  for (const uid of [0, 4_294_967_294]) assert.deepEqual(paths(rule(uid)), []);
  for (const uid of [-1, 4_294_967_295, 1.5]) {
    assert.deepEqual(paths(rule(uid)), ["apiauth[0].gids[0]", "apiauth[0].uids[0]"]);
  }
});

Deno.test("ports and paths are what they seem", () => {
  for (const port of [0, 65_536, "0x10", "1e3", 1.5]) {
    assert.deepEqual(paths({ media: [{ ...good.media[0], port }] }), ["media[0].port"]);
  }
  for (const path of ["/etc/ha,/", "/etc/../ha", "/", "/a b", "/ha\n", "ha"]) {
    assert.deepEqual(
      paths({ state: path, authkeys: path, plugins: path, pluginFolders: [path] }),
      ["authkeys", "pluginFolders[0]", "plugins", "state"],
      path,
    );
  }
  assert.deepEqual(paths({ run: "/var/lib/ha" }), ["run"]);
  assert.deepEqual(paths({ run: "/var/lib/ha/run" }), ["run"]);
  assert.deepEqual(paths({ run: "/var/lib/ha2" }), []);
});

Deno.test("a name that stands twice is no choice between two values", () => {
  const read = readNodeConfig(JSON.stringify(good).replace("}", ',"port":695}'));
  assert.ok(!read.ok);
  assert.deepEqual(read.diagnostics.map(({ path, code }) => [path, code]), [
    [["media[0].peers[0].port"], "HA1004"],
  ]);
});

Deno.test("what is not JSON is refused with the reason", () => {
  const read = readNodeConfig("{ cluster: ");
  assert.ok(!read.ok);
  assert.match(read.diagnostics[0]?.what ?? "", /not JSON/);
});

Deno.test("media that cannot be are refused, each with its place", () => {
  const bcast6 = { plugin: "medium/bcast", address: "fd00::1", broadcast: "ff02::1" };
  const mixed = { plugin: "medium/mcast", address: "10.0.0.1", group: "ff05::7" };
  const line = (at: number) => ({ plugin: "medium/serial", device: `/dev/ttyS${at}` });
  assert.deepEqual(paths({ media: [bcast6, mixed] }), ["media[0].broadcast", "media[1]"]);
  assert.deepEqual(paths({ media: [line(0), line(1)] }), []);
  assert.deepEqual(paths({ media: [line(0), line(1), line(2)] }), ["media"]);
  const read = readNodeConfig(JSON.stringify({ ...good, media: [bcast6] }));
  assert.match(read.ok ? "" : read.diagnostics[0]?.why ?? "", /IPv6 has no broadcast/);
  const lonely = { plugin: "medium/ucast", address: "127.0.0.1", peers: [] };
  assert.deepEqual(paths({ media: [lonely] }), ["media[0].peers"]);
  assert.deepEqual(paths({ media: [lonely], nodes: ["alice"] }), []);
});

Deno.test("a pseudo-member has a name of its own, and time to answer", () => {
  let host = 1;
  const ping = (name: string) => ({ plugin: "medium/ping", name, address: `10.0.0.${host++}` });
  assert.deepEqual(paths({ pings: [ping("gateway"), ping("10.0.0.253")] }), []);
  assert.deepEqual(
    paths({ pings: [ping("bob"), ping("gateway"), ping("Gateway"), ping("Alice")] }),
    ["pings[0].name", "pings[2].name", "pings[3].name"],
  );
  const connectivity = { attribute: "pingd" };
  assert.deepEqual(paths({ pings: [ping("gateway")], connectivity }), []);
  assert.deepEqual(paths({ connectivity }), ["connectivity"]);
  assert.deepEqual(paths({ pings: [ping("gateway")], connectivity: { attribute: "a b" } }), [
    "connectivity.attribute",
  ]);
  assert.deepEqual(paths({ pings: [ping("bob"), ping("gateway"), ping("gateway")] }), [
    "pings[0].name",
    "pings[2].name",
  ]);
  assert.deepEqual(paths({ deadpingMs: 1500 }), ["deadpingMs"]);
});

Deno.test("a class of agents has one plugin", () => {
  const agents = (...names: string[]) => ({
    agents: names.map((name) => ({ class: name, plugin: "ra/ours" })),
  });
  assert.deepEqual(paths(agents("ours", "theirs")), []);
  assert.deepEqual(paths(agents("ours", "deno", "ours", "stonith")), [
    "agents[1].class",
    "agents[2].class",
    "agents[3].class",
  ]);
});

Deno.test("a watchdog is one plugin of its kind, with parameters that only its manifest knows", () => {
  const watchdog = { plugin: "watchdog/ours", timeoutMs: 5_000, where: { bus: 3 } };
  const read = readNodeConfig(JSON.stringify({ ...good, watchdog }));
  assert.deepEqual(read.ok && read.value.watchdog, watchdog);
  const none = readNodeConfig(JSON.stringify(good));
  assert.ok(none.ok && !("watchdog" in none.value));
  assert.deepEqual(paths({ watchdog: { plugin: "medium/ucast" } }), ["watchdog.plugin"]);
  assert.deepEqual(paths({ watchdog: { timeoutMs: 5_000 } }), ["watchdog.plugin"]);
  assert.deepEqual(paths({ watchdog: "/dev/watchdog" }), ["watchdog"]);
});
