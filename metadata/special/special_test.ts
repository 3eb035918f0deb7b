import assert from "node:assert/strict";
import { specials } from "./mod.ts";
import { durationMs, scoreOf } from "./quantity.ts";

/** By name: what is of the type, and what is not though it looks like it. */
const cases: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  IPv4: [
    ["0.0.0.0", "10.0.0.5", "192.0.2.255"],
    ["10.0.0", "10.0.0.256", "010.0.0.1", "1.2.3.4.5", "10.0.0.1.", "1.2.3.4:5", "0x7f.0.0.1"],
  ],
  IPv6: [
    [
      ...["::", "::1", "2001:db8::7", "1:2:3:4:5:6:7:8", "::ffff:192.0.2.1"],
      ...["1:2:3:4:5:6:1.2.3.4", "1::3:4:5:6:7:8", "::2:3:4:5:6:7:8", "1:2:3:4:5::1.2.3.4"],
    ],
    [
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "1::2::3",
      "1::2:3:4:5:6:7:8",
      "1:2:3:4:5:6::1.2.3.4",
      ":::",
      ":1:2:3:4:5:6:7:8",
      "1:2:3:4:5:6:7:",
      "fe80::1%eth0",
      "[::1]",
      "::12345",
      "::1.2.3",
      "1.2.3.4::",
      "::g",
    ],
  ],
  ipaddr: [["192.0.2.7", "::1"], ["node1", "192.0.2.7/24", "::/0"]],
  multicast: [["224.0.0.1", "239.192.0.1", "ff02::1"], ["223.0.0.1", "240.0.0.1", "fe80::1"]],
  hostname: [
    ["a", "node1", "node-1.example.org", "1and1.com", "xn--bcher-kva.example"],
    [
      "-a",
      "a-",
      "a..b",
      ".a",
      "a.",
      "a_b",
      "127.1",
      "0x7f.1",
      "2130706433",
      "bücher",
      "a".repeat(64),
    ],
  ],
  host: [["node1", "192.0.2.7", "::1"], ["node1:80", "[::1]:80", "10.0.0.0/8", "::/0", "1.2.3"]],
  port: [["1", "694", "65535"], ["0", "65536", "-1", "+1", "0694", "1e3", "80-90", "http"]],
  mac: [["52:54:00:12:34:56", "52-54-00-12-34-ff"], [
    "52:54:00:12:34",
    "52:54-00:12:34:56",
    "52540012",
  ]],
  interface: [["eth0", "br-lan", "eth0.100"], ["eth0:1", "..", ".", "a".repeat(16), "eth/0"]],
  url: [
    [
      "http://pdu/",
      "https://10.0.0.5:8443/redfish/v1?x=1#y",
      "https://[2001:db8::1]/events",
      "https://h/a%2Cb",
    ],
    [
      "pdu",
      "ftp://pdu/",
      "ws://pdu/",
      "wss://[2001:db8::1]/events",
      "javascript:alert(1)",
      "http://user:pw@pdu/",
      "http://@pdu/",
      "http://a@b@c/",
      "http://pdu/../x",
      "http://pdu/%2e%2E/x",
      "http://0x7f.1/",
      "http://127.1/",
      "http://a\\b/",
      "http:///x",
      "http://pdu:99999/",
      "https://bücher.example/",
    ],
  ],
  path: [
    ["/etc/ha/authkeys", "/dev/disk/by-path/pci-0000:00:1f.2", "/srv/Größe", "/a..b/...c"],
    [
      "",
      "/",
      "etc",
      "./a",
      "~/a",
      "/etc/",
      "//etc",
      "/a//b",
      "/a/./b",
      "/a/..",
      "/../a",
      "C:\\a",
      "/a{b}",
    ],
  ],
  device: [["/dev/watchdog", "/dev/disk/by-id/x"], [
    "/dev",
    "/dev/",
    "/dev/../etc/passwd",
    "/etc/x",
  ]],
  node: [["alice", "node-1.example_x", "n"], ["-x", "x-", "a..b", "a b", "", "a/b"]],
  resource: [["web", "Web_server-1.x", "_r"], ["1web", "a..b", "a:0", ""]],
  uuid: [
    ["123e4567-e89b-42d3-a456-426614174000", "00000000-0000-0000-0000-000000000000"],
    ["123e4567e89b42d3a456426614174000", "{123e4567-e89b-42d3-a456-426614174000}", "123e4567-e89b"],
  ],
  secret: [["hunter2", "a b,c*"], ["two\nlines"]],
  duration: [["0", "30", "30s", "500ms", "2min", "1h"], [
    "-1",
    "1.5s",
    "s",
    "5 days",
    "1w",
    "1hour",
  ]],
  score: [["0", "-5", "INFINITY", "-infinity", "+INFINITY"], ["1.5", "inf", "1000001", ""]],
};

Deno.test("each special type takes what is of it and refuses what is not", () => {
  assert.deepEqual(Object.keys(cases).sort(), [...specials.keys()].sort());
  for (const [name, [good, bad]] of Object.entries(cases)) {
    const type = specials.get(name)!;
    for (const text of [...good, type.example]) {
      assert.equal(type.refuse(text), undefined, `${name} ${text}`);
    }
    for (const text of bad) {
      const refusal = type.refuse(text);
      assert.ok(refusal?.why && refusal.fix, `${name} takes ${JSON.stringify(text)}`);
    }
  }
});

Deno.test("no value of a confined type can widen the permission it is put into", () => {
  const widening = [
    (text: string) => `${text},evil.example`,
    (text: string) => `evil.example,${text}`,
    (text: string) => `*.${text}`,
    (text: string) => `${text}*`,
    () => "*",
    () => "",
    (text: string) => `${text} `,
    (text: string) => ` ${text}`,
    (text: string) => `${text}\t`,
    (text: string) => `${text}\n`,
    (text: string) => `${text}\u00a0`,
    (text: string) => `${text}\u2028`,
    (text: string) => `${text}\0`,
    (text: string) => `${text}/../../etc/shadow`,
    (text: string) => `../${text}`,
    (text: string) => `${text}/8`,
    (text: string) => `file://${text}`,
    () => "file:///etc/shadow",
    () => "unix:/run/docker.sock",
    () => "unix:%2frun%2fdocker.sock",
    () => "vsock:2",
    (text: string) => `{${text}}`,
    () => "{deno}",
    (text: string) => `${text}"`,
    (text: string) => `${text}\\`,
    (text: string) => `${text};reboot`,
    (text: string) => `${text}?`,
    () => "--allow-all",
  ];
  // A path may have a number as its last step: what looks like a mask is then a folder in it.
  const exempt = new Set(["path", "device"]);
  for (const [name, type] of specials) {
    if (!type.confined) continue;
    for (const widen of widening) {
      const text = widen(type.example);
      if (exempt.has(name) && text === `${type.example}/8`) continue;
      assert.ok(type.refuse(text), `${name} takes ${JSON.stringify(text)}`);
    }
  }
});

Deno.test("which types are confined, and how long each may be", () => {
  const confined = [...specials].filter(([, type]) => !type.confined).map(([name]) => name);
  assert.deepEqual(confined.sort(), ["secret", "url"], "all others fit into a permission");
  const longest: Readonly<Record<string, string>> = {
    hostname: `${`${"a".repeat(63)}.`.repeat(3)}${"b".repeat(61)}`,
    interface: "a".repeat(15),
    path: `/${"a".repeat(255)}`,
    node: "a".repeat(255),
    resource: "a".repeat(255),
    url: `http://h/${"a".repeat(2_039)}`,
    score: "1000000",
    port: "65535",
  };
  for (const [name, text] of Object.entries(longest)) {
    const type = specials.get(name)!;
    assert.equal(type.refuse(text), undefined, name);
    const more = { score: "1000001", port: "65536" }[name] ?? `${text}a`;
    assert.notEqual(type.refuse(more), undefined, `${name} takes more`);
  }
  const deep = `${"/abcdefg".repeat(511)}/abcdef`;
  assert.equal(deep.length, 4_095);
  assert.equal(specials.get("path")!.refuse(deep), undefined);
  assert.notEqual(specials.get("path")!.refuse(`${deep}a`), undefined);
});

Deno.test("durations and scores are the numbers that they mean", () => {
  const times: readonly (readonly [string, number | undefined])[] = [
    ["5", 5_000],
    ["5s", 5_000],
    ["5 sec", 5_000],
    ["5    s", 5_000],
    ["5     s", undefined],
    ["7ms", 7],
    ["7msec", 7],
    ["7us", 0.007],
    ["7usec", 0.007],
    ["2m", 120_000],
    ["2min", 120_000],
    ["2h", 7_200_000],
    ["2hr", 7_200_000],
    ["1".repeat(15), Number("1".repeat(15)) * 1_000],
    ["1".repeat(16), undefined],
    ["5toString", undefined],
    ["5constr", undefined],
  ];
  for (const [text, ms] of times) assert.equal(durationMs(text), ms, text);
  assert.equal(durationMs("5", "ms"), 5);
  assert.equal(durationMs("5", "day"), undefined);
  const scores: readonly (readonly [string, number | undefined])[] = [
    ["INFINITY", 1_000_000],
    ["+infinity", 1_000_000],
    ["-INFINITY", -1_000_000],
    ["-1000000", -1_000_000],
    ["+7", 7],
    ["-1000001", undefined],
    ["00000001", undefined],
  ];
  for (const [text, score] of scores) assert.equal(scoreOf(text), score, text);
});
