import assert from "node:assert/strict";
import { pathText } from "../metadata/diagnostic.ts";
import { readNodeConfig } from "./node_config.ts";

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

Deno.test("times that cannot work are refused with the arithmetic", () => {
  assert.deepEqual(paths({ keepaliveMs: 500, deadtimeMs: 1000 }), ["deadtimeMs"]);
  assert.deepEqual(paths({ keepaliveMs: 100, deadtimeMs: 500, initdeadMs: 400 }), ["initdeadMs"]);
  assert.deepEqual(paths({ node: "carol" }), ["node"]);
});

Deno.test("what is not JSON is refused with the reason", () => {
  const read = readNodeConfig("{ cluster: ");
  assert.ok(!read.ok);
  assert.match(read.diagnostics[0]?.what ?? "", /not JSON/);
});
