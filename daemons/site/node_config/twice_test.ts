import assert from "node:assert/strict";
import { pathText } from "../../../metadata/diagnostic.ts";
import { readNodeConfig } from "./read.ts";

const link = {
  plugin: "medium/ucast",
  address: "10.0.0.1",
  peers: [{ address: "10.0.0.2" }],
};
const good = {
  cluster: "demo",
  node: "alice",
  nodes: ["alice", "bob"],
  state: "/var/lib/ha",
  run: "/run/ha",
  authkeys: "/etc/ha/authkeys",
  media: [link],
};

function paths(change: Readonly<Record<string, unknown>>): string[] {
  const read = readNodeConfig(JSON.stringify({ ...good, ...change }));
  if (read.ok) return [];
  for (const { code } of read.diagnostics) assert.equal(code, "HA1004");
  return read.diagnostics.map(({ path }) => pathText(path)).sort();
}

Deno.test("a link is no second one because it is written differently", () => {
  const line = { plugin: "medium/serial", device: "/dev/ttyS0" };
  const group = { plugin: "medium/mcast", address: "10.0.0.1", group: "239.0.0.1" };
  const zone = { ...link, address: "fe80::1", peers: [{ address: "fe80::2" }] };
  const other = { plugin: "medium/ours", bus: 1, name: "a" };
  for (
    const [one, two] of [
      [link, { ...link, address: "10.0.1.1" }],
      [link, { ...link, port: 695 }],
      [group, { ...group, group: "239.0.0.2" }],
      [{ ...zone, interface: "eth0" }, { ...zone, interface: "eth1" }],
      [line, { ...line, device: "/dev/ttyS1" }],
      [other, { ...other, bus: 2 }],
    ]
  ) {
    assert.deepEqual(paths({ media: [one, two] }), [], JSON.stringify(two));
  }
  for (
    const [one, two] of [
      [link, { ...link, port: "694", peers: [{ address: "10.0.0.3" }] }],
      [group, { ...group, ttl: 2 }],
      [line, { ...line, baud: 9600 }],
      [other, { plugin: "medium/ours", name: "a", bus: 1 }],
    ]
  ) {
    assert.deepEqual(paths({ media: [one, two] }), ["media[1]"], JSON.stringify(two));
  }
});

Deno.test("a link reaches each node once, and never its own", () => {
  const reaching = (...addresses: string[]) => ({
    media: [{ ...link, peers: addresses.map((address) => ({ address })) }],
  });
  assert.deepEqual(paths(reaching("10.0.0.2", "10.0.0.3", "10.0.0.2")), ["media[0].peers[2]"]);
  assert.deepEqual(paths(reaching("10.0.0.2", "10.0.0.1")), ["media[0].peers[1]"]);
});

Deno.test("nothing else is there twice", () => {
  const ping = (name: string) => ({ plugin: "medium/ping", name, address: "10.0.0.254" });
  assert.deepEqual(paths({ pings: [ping("a"), ping("b")] }), ["pings[1]"]);
  const vote = { plugin: "quorum/tiebreaker" };
  assert.deepEqual(paths({ load: [vote, vote] }), ["load[1]"]);
  assert.deepEqual(paths({ pluginFolders: ["/p", "/q", "/p"] }), ["pluginFolders[2]"]);
  const rule = { client: "ipfail", uids: [1, 2, 1], gids: [3] };
  assert.deepEqual(paths({ apiauth: [rule, { ...rule, uids: [1] }] }), [
    "apiauth[0].uids[2]",
    "apiauth[1]",
  ]);
});
