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
    [1, '"1s" is not a duration'],
    [2, 'bcast names "eth7"'],
    [3, '"nodes" is not a directive of ha.cf'],
    [4, '"x" is not a port'],
    [undefined, "no node is named"],
  ]);
});

Deno.test("pseudo-members, lines, who joins and who may", () => {
  const {
    diagnostics: _,
    nodes: _nodes,
    keepaliveMs: _k,
    deadtimeMs: _d,
    initdeadMs: _i,
    ...rest
  } = readHaCf(
    `
node a
baud 38400
serial /dev/ttyS0 /dev/ttyS1
ping 10.0.0.254
ping_group routers 10.0.0.253 10.0.0.254
mcast6 eth2 ff05::694 694 1 0
ucast6 eth2 fd00::2
warntime 0.5
deadping 10
autojoin other
apiauth ipfail uid=hacluster,root gid=haclient
`,
    [...interfaces, { name: "eth2", address: "fd00::1", netmask: "" }],
  );
  assert.deepEqual(rest, {
    media: [
      { plugin: "medium/serial", device: "/dev/ttyS0", baud: 38400 },
      { plugin: "medium/serial", device: "/dev/ttyS1", baud: 38400 },
      {
        plugin: "medium/mcast",
        address: "fd00::1",
        port: 694,
        group: "ff05::694",
        ttl: 1,
        loop: false,
      },
      {
        plugin: "medium/ucast",
        address: "fd00::1",
        port: 694,
        peers: [{ address: "fd00::2", port: 694 }],
      },
    ],
    pings: [
      { plugin: "medium/ping", name: "10.0.0.254", address: "10.0.0.254" },
      {
        plugin: "medium/ping_group",
        name: "routers",
        addresses: ["10.0.0.253", "10.0.0.254"],
      },
    ],
    rules: [{ client: "ipfail", users: ["hacluster", "root"], groups: ["haclient"] }],
    warntimeMs: 500,
    deadpingMs: 10_000,
    autojoin: "other",
  });
});

Deno.test("hostile lines are each told, and stop nothing", () => {
  const { diagnostics } = readHaCf(
    [
      "node a",
      "mcast eth0",
      "mcast eth0 10.0.0.1 694 1 0",
      "mcast eth0 239.0.0.1 99999 1 0",
      "ucast eth0",
      "ucast eth0 some.host",
      "ping router",
      "ping_group g",
      "autojoin maybe",
      "apiauth",
      "apiauth x user=root",
      "baud fast",
      "__proto__ x",
      "constructor",
      `${"x".repeat(5000)}`,
      "\0\x1b[31m",
      "bcast",
    ].join("\n"),
    interfaces,
  );
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  assert.deepEqual(errors.map(({ line }) => line), [
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    16,
    17,
  ]);
});

Deno.test("link-local addresses come with their interface, and are no others' peers", () => {
  const six = [
    { name: "eth0", address: "fd00::1", netmask: "" },
    { name: "eth0", address: "fe80::1", netmask: "" },
    { name: "eth1", address: "fe80::1", netmask: "" },
  ];
  const text = "node a\nucast6 eth0 fe80::2\nucast6 eth1 fe80::2\nucast6 eth0 fd00::2\n" +
    "ucast6 eth0 fe80::3\nucast6 eth0 fe80::3\n";
  const { media, diagnostics } = readHaCf(text, six);
  const link = (address: string, nic: string | undefined, ...peers: string[]) => ({
    plugin: "medium/ucast",
    address,
    ...(nic === undefined ? {} : { interface: nic }),
    port: 694,
    peers: peers.map((address) => ({ address, port: 694 })),
  });
  assert.deepEqual(media, [
    link("fe80::1", "eth0", "fe80::2", "fe80::3"),
    link("fe80::1", "eth1", "fe80::2"),
    link("fd00::1", undefined, "fd00::2"),
  ]);
  assert.deepEqual(diagnostics.map(({ severity, line }) => [severity, line]), [["warning", 6]]);
  assert.match(
    readHaCf("node a\nucast6 eth0 fe80::2\n", six.slice(0, 1)).diagnostics[0]?.why ?? "",
    /link-local address is not known/,
  );
});

Deno.test("choices that are not there are told, and the usual ones are not", () => {
  const usual = "node a\nhopfudge 1\nmax_rexmit_delay 250\nhbgenmethod file\n" +
    "uuidfrom file\ntraditional_compression no\nmsgfmt netstring\n";
  assert.deepEqual(readHaCf(usual, []).diagnostics, []);
  const others = "node a\nhopfudge 2\nmax_rexmit_delay 100\nhbgenmethod time\n" +
    "uuidfrom nodename\nrealtime on\ntraditional_compression yes\nrtprio 5\n";
  assert.deepEqual(
    readHaCf(others, []).diagnostics.map(({ severity, line }) => [severity, line]),
    [
      2,
      3,
      4,
      5,
      6,
      7,
      8,
    ].map((line) => ["warning", line]),
  );
});

Deno.test("what is packed, and from what size on", () => {
  const read = (...lines: string[]) => readHaCf(["node a", ...lines].join("\n"), []);
  const chosen = read("compression BZ2", "compression_threshold 4");
  assert.deepEqual(chosen.diagnostics, []);
  assert.deepEqual([chosen.packing, chosen.packFromBytes], ["bz2", 4096]);
  const silent = read();
  assert.deepEqual([silent.packing, silent.packFromBytes], [undefined, undefined]);
  const sizes = ["0", "1025", "-1", "2kB", "1.5", "", "2 3", "9".repeat(5000)];
  const wrong = ["compression lzo", "compression", "compression zlib bz2"]
    .concat(sizes.map((size) => `compression_threshold ${size}`));
  for (const line of wrong) {
    assert.deepEqual(read(line).diagnostics.map(({ severity }) => severity), ["error"], line);
  }
});

Deno.test("what is no address is told here, not by the daemon that cannot start", () => {
  const text = "node a\nping :::: 1.2.3.04 ::1::2\nping_group g 256.1.1.1\nucast eth0 10.0.0.1.\n" +
    "mcast eth0 239.0.0.1 694 5 0\n";
  const { diagnostics } = readHaCf(text, interfaces);
  assert.deepEqual(diagnostics.map(({ line }) => line), [2, 2, 2, 3, 4, 5]);
});

Deno.test("the watchdog's device, with the time after which others take the node for dead", () => {
  const { watchdog, diagnostics } = readHaCf("node a\ndeadtime 5\nwatchdog /dev/watchdog0\n", []);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(watchdog, {
    plugin: "watchdog/device",
    device: "/dev/watchdog0",
    timeoutMs: 5_000,
  });
  assert.equal(readHaCf("node a\ndeadtime 300ms\nwatchdog /dev/w\n", []).watchdog?.timeoutMs, 500);
  assert.equal(readHaCf("node a\n", []).watchdog, undefined);
  for (const words of ["", "watchdog0", "/dev/a /dev/b"]) {
    const { diagnostics: [first] } = readHaCf(`node a\nwatchdog ${words}\n`, []);
    assert.equal(first?.what, `"${words}" is not a device`);
    assert.equal(first?.line, 2);
  }
});

Deno.test("times are those that the original takes, and no others", () => {
  const read = (time: string) => readHaCf(`node a\ndeadtime ${time}\n`, []);
  const taken = {
    "500msec": 500,
    "500000usec": 500,
    ".5": 500,
    "1.": 1_000,
    "2MS": 2,
    "10": 10_000,
  };
  for (const [time, ms] of Object.entries(taken)) {
    const { deadtimeMs, diagnostics } = read(time);
    assert.deepEqual([deadtimeMs, diagnostics], [ms, []], time);
  }
  for (
    const time of [
      "1s",
      "10sec",
      "2min",
      ".",
      "-1",
      "0x10",
      "1e3",
      "9999999",
      "9".repeat(400),
      "1 ms",
      "2 3",
    ]
  ) {
    assert.match(read(time).diagnostics[0]?.what ?? "", /is not a duration/, time);
  }
});

Deno.test("a mark of the byte order is passed over, a space of another kind is reported", () => {
  const text = "\ufeff# made on Windows\r\nkeepalive 1\r\nnode Alpha\r\nnode beta\r\n";
  const { nodes, diagnostics } = readHaCf(text, []);
  assert.deepEqual([nodes, diagnostics], [["alpha", "beta"], []]);
  assert.deepEqual(readHaCf("\ufeffnode a\n", []).nodes, ["a"]);
  const odd = readHaCf(
    "\u00a0 node alpha\u00a0 beta # the\u00a0two\nnode\u2003gamma\nnode d\n",
    [],
  );
  assert.deepEqual(odd.nodes, ["alpha", "beta", "gamma", "d"]);
  assert.deepEqual(
    odd.diagnostics.map(({ severity, line, what }) => [severity, line, what]),
    [[1, "U+00A0"], [2, "U+2003"]].map(([line, code]) => [
      "warning",
      line,
      `the line contains an unusual space character (${code})`,
    ]),
  );
});

Deno.test("numbers are digits, and what counts once is there once", () => {
  const wrong = [
    ..."udpport 0x10,udpport 0,udpport 65536,udpport 694 695,udpport 1e3,udpport +694".split(","),
    ..."baud 1e4,baud 0x4b00,baud 9600 1,autojoin any none,node,serial,ping".split(","),
    ..."node A,serial /dev/a /dev/a,ping 10.0.0.1 10.0.0.1".split(","),
    ..."apiauth x uid=,apiauth x uid=, gid=".split(", "),
    "bcast eth0 eth0",
    "mcast eth0 239.0.0.1 694 1 0 0",
    "ucast eth0 10.77.0.2 10.77.0.3",
    ...["keepalive 1", "deadtime 2", "autojoin any", "watchdog /dev/w", "compression bz2"]
      .map((line) => `${line}\n${line}`),
    "ping_group g 10.0.0.1\nping_group g 10.0.0.2",
    "apiauth x uid=root\napiauth x gid=root",
  ];
  for (const lines of wrong) {
    const { diagnostics } = readHaCf(`node a\n${lines}\n`, interfaces);
    const found = diagnostics.map(({ severity, line, code }) => [severity, line, code]);
    assert.deepEqual(found, [["error", lines.split("\n").length + 1, "HA1009"]], lines);
  }
});
