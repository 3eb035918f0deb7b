import assert from "node:assert/strict";
import { DiagnosticError, diagnosticText } from "../../metadata/diagnostic.ts";
import { checkManifest } from "../../metadata/manifest_check.ts";
import { type Manifests, manifestsIn } from "../site/consent/manifests.ts";
import { readNodeConfig } from "../site/node_config/read.ts";
import { linksOf } from "./link_parameters.ts";

const plugins = new URL("../../plugins/", import.meta.url);
const read = { permissions: { read: [decodeURIComponent(plugins.pathname)] } };
const pid = 4_711;
const shipped = () => manifestsIn([new URL("plugins.lock.json", plugins)]);

function nodeWith(links: Readonly<Record<string, unknown>>) {
  const checked = readNodeConfig(JSON.stringify({
    cluster: "demo",
    node: "alice",
    nodes: ["alice", "bob"],
    state: "/var/lib/ha",
    run: "/run/ha",
    authkeys: "/etc/ha/authkeys",
    media: [{ plugin: "medium/memory" }],
    ...links,
  }));
  assert.ok(checked.ok);
  return checked.value;
}

function problems(links: Readonly<Record<string, unknown>>, manifests: Manifests): string[] {
  try {
    linksOf(nodeWith(links), manifests, pid);
    return [];
  } catch (error) {
    assert.ok(error instanceof DiagnosticError);
    return error.diagnostics.map(diagnosticText);
  }
}

Deno.test(
  "each link gets what its plugin's manifest knows, the line's speed by default",
  read,
  async () => {
    const device = "/dev/ttyS0";
    const ping = { plugin: "medium/ping", name: "gateway", address: "10.0.0.254" };
    const { media, pings } = linksOf(
      nodeWith({ media: [{ plugin: "medium/serial", device }], pings: [ping] }),
      await shipped(),
      pid,
    );
    assert.deepEqual(media, [{
      link: "serial0",
      plugin: "medium/serial",
      config: { device },
      line: { bytesPerSecond: 1_920 },
    }]);
    const { plugin, ...config } = ping;
    assert.deepEqual(pings, [{ name: "gateway", plugin, config }]);
  },
);

Deno.test("mistakes in parameters are told all at once, each with its place", read, async () => {
  const found = problems({
    media: [
      { plugin: "medium/serial", device: "/dev/ttyS0", bawd: 9600 },
      { plugin: "medium/mcas", address: "10.0.0.1", group: "239.0.0.1" },
      { plugin: "medium/mcast", address: "10.0.0.1", group: "239.0.0.1", ttl: 300 },
    ],
    pings: [{ plugin: "medium/ping_group", name: "gateway", addresses: ["10.0.0.x"] }],
  }, await shipped());
  assert.equal(found.length, 4);
  assert.match(found[0]!, /^media\[0\]\.bawd: /);
  assert.match(
    found[1]!,
    /^media\[1\]\.plugin: .* the lock: .* Fix: .* Did you mean "medium\/mcast"\?$/,
  );
  assert.match(found[2]!, /^media\[2\]\.ttl: /);
  assert.match(found[3]!, /^pings\[0\]\.addresses\[0\]: /);
});

Deno.test("a stranger's medium is configured by its own manifest", () => {
  const manifest = checkManifest({
    kind: "medium",
    name: "pigeon",
    version: "1.0.0",
    api: "medium/1",
    summary: { en: "Carries packets by pigeon" },
    config: [{ fieldname: "loft", basictype: "string", required: true }],
    permissions: {},
    license: "MIT",
  });
  assert.ok(manifest.ok);
  const manifests: Manifests = {
    ids: ["medium/pigeon"],
    get: (id) => id === "medium/pigeon" ? manifest.value : undefined,
  };
  const media = [{ plugin: "medium/pigeon", loft: "north" }];
  assert.deepEqual(linksOf(nodeWith({ media }), manifests, pid).media, [
    { link: "pigeon0", plugin: "medium/pigeon", config: { loft: "north" } },
  ]);
  assert.equal(
    problems({ media: [{ plugin: "medium/pigeon", lift: "north" }] }, manifests).length,
    2,
  );
});

const link = { plugin: "medium/ucast", address: "127.0.0.1", peers: [{ address: "127.0.0.2" }] };

Deno.test("the watchdog gets its parameters, and our own process to watch", read, async () => {
  const manifests = await shipped();
  const told = (watchdog: unknown) =>
    linksOf(nodeWith({ media: [link], watchdog }), manifests, pid).watchdog;
  assert.deepEqual(told({ plugin: "watchdog/process", timeoutMs: 5_000 }), {
    plugin: "watchdog/process",
    config: { pid, timeoutMs: 5_000 },
  });
  assert.deepEqual(told({ plugin: "watchdog/process", pid: 815 })?.config, { pid: 815 });
  assert.deepEqual(told({ plugin: "watchdog/device" }), { plugin: "watchdog/device", config: {} });
  assert.equal(linksOf(nodeWith({ media: [link] }), manifests, pid).watchdog, undefined);
});

Deno.test("what is wrong with a watchdog is told with the rest", read, async () => {
  const manifests = await shipped();
  const media = [{ plugin: "medium/serial", device: "/dev/ttyS0", bawd: 9600 }];
  const found = problems({
    media,
    watchdog: { plugin: "watchdog/device", device: "/etc/passwd", timeout: 5 },
  }, manifests);
  assert.equal(found.length, 3, found.join("\n"));
  assert.match(found[1]! + found[2]!, /watchdog\.device: .*watchdog\.timeout: /s);
  assert.match(
    problems({ media: [link], watchdog: { plugin: "watchdog/devise" } }, manifests)[0]!,
    /^watchdog\.plugin: .* the lock: .* Did you mean "watchdog\/device"\?$/,
  );
});

Deno.test("a watchdog that one late heartbeat would let bite is refused", read, async () => {
  const manifests = await shipped();
  const watchdog = { plugin: "watchdog/device", timeoutMs: 2_000 };
  assert.deepEqual(problems({ media: [link], watchdog, keepaliveMs: 1_000 }, manifests), [
    "watchdog.timeoutMs: 2000 ms is not more than twice the keepalive of 1000 ms: it is petted with " +
    "each heartbeat, and one that is late would reset a node that works [HA1001]. Fix: give at least 2001, " +
    "better 5000",
  ]);
  assert.deepEqual(problems({ media: [link], watchdog, keepaliveMs: 900 }, manifests), []);
  // The default of the plugin counts as well.
  const long = { media: [link], keepaliveMs: 5_000, deadtimeMs: 30_000, initdeadMs: 30_000 };
  assert.equal(problems({ watchdog: { plugin: "watchdog/device" }, ...long }, manifests).length, 1);
});
