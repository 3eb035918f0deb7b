import assert from "node:assert/strict";
import { DiagnosticError, diagnosticText } from "../../metadata/diagnostic.ts";
import { checkManifest } from "../../metadata/manifest_check.ts";
import { type Manifests, manifestsIn } from "../consent/manifests.ts";
import { readNodeConfig } from "../node_config/read.ts";
import { linksOf } from "./link_parameters.ts";

const plugins = new URL("../../plugins/", import.meta.url);
const read = { permissions: { read: [decodeURIComponent(plugins.pathname)] } };
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
    linksOf(nodeWith(links), manifests);
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
    /^media\[1\]\.plugin: .* the lock: .* Mend: .* Did you mean "medium\/mcast"\?$/,
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
  assert.deepEqual(linksOf(nodeWith({ media }), manifests).media, [
    { link: "pigeon0", plugin: "medium/pigeon", config: { loft: "north" } },
  ]);
  assert.equal(
    problems({ media: [{ plugin: "medium/pigeon", lift: "north" }] }, manifests).length,
    2,
  );
});
