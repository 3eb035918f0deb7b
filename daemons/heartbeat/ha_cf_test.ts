import assert from "node:assert/strict";
import { readHaCf } from "./ha_cf.ts";

const interfaces = [
  { name: "eth0", address: "10.77.0.1", netmask: "255.255.255.0" },
  { name: "eth1", address: "172.16.5.9", netmask: "255.240.0.0" },
];

Deno.test("nodes, times and media", () => {
  const read = readHaCf(
    `
logfacility none
udpport 695
keepalive 100ms   # fast
deadtime 1.5
initdead 2000ms
bcast eth1
mcast eth0 239.192.77.1 694 1 0
ucast eth0 10.77.0.1
ucast eth0 10.77.0.2
ucast eth0 10.77.0.3
node Node1 node2
node node3
crm off
msgfmt classic
`,
    interfaces,
  );
  const { diagnostics, ...rest } = read;
  assert.deepEqual(rest, {
    nodes: ["node1", "node2", "node3"],
    keepaliveMs: 100,
    deadtimeMs: 1500,
    initdeadMs: 2000,
    media: [
      { plugin: "medium/bcast", address: "172.16.5.9", port: 695, broadcast: "172.31.255.255" },
      {
        plugin: "medium/mcast",
        address: "10.77.0.1",
        port: 694,
        group: "239.192.77.1",
        ttl: 1,
        loop: false,
      },
      {
        plugin: "medium/ucast",
        address: "10.77.0.1",
        port: 695,
        peers: [{ address: "10.77.0.2", port: 695 }, { address: "10.77.0.3", port: 695 }],
      },
    ],
  });
  assert.deepEqual(diagnostics.map(({ severity, line }) => [severity, line]), [
    ["warning", 2],
    ["warning", 14],
  ]);
});

Deno.test("what is wrong is told, line by line, all at once", () => {
  const { diagnostics } = readHaCf("keepalive 1s\nbcast eth7\nnodes a\nudpport x\n", interfaces);
  assert.deepEqual(diagnostics.map(({ line, what }) => [line, what]), [
    [1, '"1s" is no time'],
    [2, 'bcast names "eth7"'],
    [3, '"nodes" is no directive of ha.cf'],
    [4, '"x" is no port'],
    [undefined, "no node is named"],
  ]);
});
