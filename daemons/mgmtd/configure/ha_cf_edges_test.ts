/**
 * Each directive of `ha.cf` at its edges: what is taken, and what is refused with which words.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readHaCf } from "./ha_cf.ts";
import { broadcastOf, mcastTrouble, millisecondsOf, oddSpaceOf } from "./ha_cf_words.ts";

const interfaces = [
  { name: "eth0", address: "10.77.0.1", netmask: "255.255.255.0" },
  { name: "eth0", address: "2001:db8::1", netmask: "64" },
  { name: "eth0", address: "fe80::1", netmask: "64" },
];
/** What is wrong with a line, beside one that is right. */
const wrongWith = (line: string) =>
  readHaCf(`node a b\nbcast eth0\nkeepalive 1\ndeadtime 10\n${line}\n`, interfaces).diagnostics
    .filter(({ severity, line }) => severity === "error" && line !== undefined)
    .map(({ what }) => what);

Deno.test("numbers of directives are taken to their edges, and not beyond", () => {
  const table: readonly (readonly [string, boolean])[] = [
    ["udpport 1", true],
    ["udpport 65535", true],
    ["udpport 0", false],
    ["udpport 65536", false],
    ["udpport 694 695", false],
    ["udpport 0x10", false],
    ["baud 300", true],
    ["baud 4000000", true],
    ["baud 299", false],
    ["baud 4000001", false],
    ["compression_threshold 1", true],
    ["compression_threshold 1024", true],
    ["compression_threshold 0", false],
    ["compression_threshold 1025", false],
    ["compression_threshold 1 2", false],
    ["compression_threshold 1.5", false],
    ["compression zlib", true],
    ["compression BZ2", true],
    ["compression lzo", false],
    ["compression zlib bz2", false],
    ["autojoin none", true],
    ["autojoin other", true],
    ["autojoin any", true],
    ["autojoin all", false],
    ["watchdog /dev/watchdog", true],
    ["watchdog dev", false],
    ["watchdog /dev/a /dev/b", false],
    ["warntime 500ms", true],
    ["warntime 1 ms", false],
    ["keepalive 2", false], // it is there already
    ["node c", true],
    ["node A", false],
    ["node", false],
    ["serial /dev/ttyS0", true],
    ["serial", false],
    ["serial /dev/ttyS0 /dev/ttyS0", false],
    ["bcast", false],
    ["bcast eth0", false], // it is there already
    ["ping 10.0.0.254", true],
    ["ping", false],
    ["ping gateway", false],
    ["ping 10.0.0.254 10.0.0.254", false],
    ["ping_group g 10.0.0.1 10.0.0.2", true],
    ["ping_group g", false],
    ["ping_group g one", false],
    ["ucast eth0 10.77.0.2", true],
    ["ucast eth0 10.77.0.1", true], // oneself
    ["ucast eth0 10.77.0.2 10.77.0.3", false],
    ["ucast eth0 bob", false],
    ["ucast eth9 10.77.0.2", false],
    ["ucast6 eth0 2001:db8::2", true],
    ["ucast6 eth0 fe80::2", true],
    ["mcast eth0 239.0.0.1 694 1 0", true],
    ["mcast eth0 239.0.0.1 694 1 0 0", false],
    ["mcast eth0 10.0.0.1 694 1 0", false],
    ["mcast6 eth0 ff05::1 694 1 0", true],
    ["apiauth a uid=root", true],
    ["apiauth a uid=root gid=haclient", true],
    ["apiauth a", false],
    ["apiauth a uid=", false],
    ["apiauth a user=root", false],
  ];
  for (const [line, isTaken] of table) {
    assert.deepEqual(wrongWith(line).length === 0, isTaken, `${line}: ${wrongWith(line)}`);
  }
});

Deno.test("what a line says is what is configured", () => {
  const read = readHaCf(
    `node a
udpport 700
baud 9600
serial /dev/ttyS0
ucast6 eth0 fe80::2
ucast6 eth0 2001:db8::2
mcast eth0 239.0.0.1 701 4 1
ping 10.0.0.254
ping_group g 10.0.0.1 10.0.0.2
compression_threshold 3
compression zlib
autojoin any
watchdog /dev/watchdog1
deadping 1500ms
`,
    interfaces,
  );
  const { diagnostics: _, ...rest } = read;
  assert.deepEqual(JSON.parse(JSON.stringify(rest)), {
    autojoin: "any",
    deadpingMs: 1500,
    deadtimeMs: 30_000,
    initdeadMs: 30_000,
    keepaliveMs: 1000,
    media: [
      { plugin: "medium/serial", device: "/dev/ttyS0", baud: 9600 },
      {
        plugin: "medium/ucast",
        address: "fe80::1",
        interface: "eth0",
        port: 700,
        peers: [{ address: "fe80::2", port: 700 }],
      },
      {
        plugin: "medium/ucast",
        address: "2001:db8::1",
        port: 700,
        peers: [{ address: "2001:db8::2", port: 700 }],
      },
      {
        plugin: "medium/mcast",
        address: "10.77.0.1",
        port: 701,
        group: "239.0.0.1",
        ttl: 4,
        loop: true,
      },
    ],
    nodes: ["a"],
    packFromBytes: 3072,
    packing: "zlib",
    pings: [
      { plugin: "medium/ping", name: "10.0.0.254", address: "10.0.0.254" },
      { plugin: "medium/ping_group", name: "g", addresses: ["10.0.0.1", "10.0.0.2"] },
    ],
    watchdog: { plugin: "watchdog/device", device: "/dev/watchdog1", timeoutMs: 30_000 },
  });
});

Deno.test("words mean what they mean to the original", () => {
  const times: readonly (readonly [string, number | undefined])[] = [
    ["2", 2_000],
    ["1.5", 1_500],
    [".5", 500],
    ["1.", 1_000],
    ["500ms", 500],
    ["500MSEC", 500],
    ["1500us", 2],
    ["1500usec", 2],
    ["3600", 3_600_000],
    ["3600.001", undefined],
    ["3600001ms", undefined],
    ["1s", undefined],
    ["", undefined],
    [".", undefined],
    ["-1", undefined],
    [`${"0".repeat(19)}1`, 1_000],
    [`${"0".repeat(20)}1`, undefined],
  ];
  for (const [text, ms] of times) assert.equal(millisecondsOf(text), ms, text);
  const trouble = (group: string, port = "694", ttl = "1", loop = "0") =>
    mcastTrouble(group, port, ttl, loop) === undefined;
  for (const group of ["224.0.0.0", "239.255.255.255", "ff05::1", "FF05::1"]) {
    assert.ok(trouble(group), group);
  }
  for (const group of ["223.0.0.1", "240.0.0.1", "fe80::1", "ff02::1", "239", ""]) {
    assert.ok(!trouble(group), group);
  }
  for (const port of ["1", "65535"]) assert.ok(trouble("239.0.0.1", port));
  for (const port of ["0", "65536", "x", ""]) assert.ok(!trouble("239.0.0.1", port));
  for (const ttl of ["0", "4"]) assert.ok(trouble("239.0.0.1", "1", ttl));
  for (const ttl of ["5", "-1", ""]) assert.ok(!trouble("239.0.0.1", "1", ttl));
  assert.ok(!trouble("ff05::1", "1", "2"));
  assert.ok(trouble("239.0.0.1", "1", "1", "1"));
  for (const loop of ["2", ""]) assert.ok(!trouble("239.0.0.1", "1", "1", loop));
  const broadcast = (address: string, netmask: string) => broadcastOf({ address, netmask });
  assert.equal(broadcast("10.1.2.3", "255.255.255.0"), "10.1.2.255");
  assert.equal(broadcast("10.1.2.3", "255.240.0.0"), "10.15.255.255");
  assert.equal(broadcast("10.1.2.3", "255.255.255.255"), "10.1.2.3");
  assert.equal(oddSpaceOf("a\tb c"), undefined);
  assert.equal(oddSpaceOf("a\u00a0b"), "U+00A0");
});
