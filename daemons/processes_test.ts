import assert from "node:assert/strict";
import { filePath } from "../pils/found.ts";
import { commandOf, descriptions, grantOf, processes } from "./processes.ts";
import { presentIn, type ProcessDescription } from "./site/description.ts";
import { flagsOf, type Places } from "./site/flags.ts";
import type { NodeConfig } from "./site/node_config/read.ts";

const project = filePath(new URL("..", import.meta.url));

/** The node that the READMEs show. */
const config: NodeConfig = {
  cluster: "web",
  node: "alice",
  nodes: ["alice", "bob"],
  state: "/var/lib/ha",
  run: "/run/ha",
  authkeys: "/etc/ha/authkeys",
  media: [{
    plugin: "medium/ucast",
    address: "10.0.0.1",
    port: 694,
    peers: [{ address: "10.0.0.2", port: 694 }],
  }],
  keepaliveMs: 1000,
  deadtimeMs: 10_000,
  initdeadMs: 12_000,
  operationsAtOnce: 8,
  packing: "zstd",
  packFromBytes: 2048,
  tick: "main",
  hungMs: 5_000,
  loglevel: "info",
};
/** The section that makes it have `logd`. */
const log: NodeConfig["log"] = {
  outputs: [{
    type: "file",
    path: "/var/log/ha/ha.log",
    port: 514,
    mode: "0640",
    rotateMiB: 64,
    keep: 2,
    level: "debug",
  }],
  socket: "/var/lib/heartbeat/log_daemon",
  socketMode: "0666",
  queueLines: 4_000,
  queueLinesAll: 32_000,
  queueMiB: 16,
};
const places: Places = {
  project: "/opt/ha",
  configFile: "/etc/ha/node.json",
  deno: "/usr/bin/deno",
};

for (const process of processes) {
  Deno.test(`the README of ${process} shows exactly its flags`, {
    permissions: { read: [`${project}/daemons`] },
  }, () => {
    const readme = Deno.readTextFileSync(`${project}/daemons/${process}/README.md`);
    const shown = /```sh\n(deno run[\s\S]*?)```/.exec(readme)?.[1]?.replace(/\\\n/g, " ") ?? "";
    assert.deepEqual(
      shown.trim().split(/\s+/),
      ["deno", ...commandOf(process, process === "logd" ? { ...config, log } : config, places)],
      `daemons/${process}/README.md`,
    );
  });
}

Deno.test("only these listen to clients, keep state, may be hung up, or are bounded in memory", () => {
  const facts = (one: ProcessDescription) =>
    [
      one.name,
      ...(one.clients === true ? ["clients"] : []),
      ...(one.state === true ? ["state"] : []),
      ...(one.hangup === true ? ["hangup"] : []),
      ...(one.computes === true ? ["computes"] : []),
      ...(one.spared === true ? ["spared"] : []),
      ...(one.heapMibMax === undefined ? [] : [`heap ${one.heapMibMax} MiB`]),
      ...(one.youngMibMax === undefined ? [] : [`young ${one.youngMibMax} MiB`]),
      ...(one.linkTo === undefined ? [] : [`to ${one.linkTo}`]),
    ].join(", ");
  assert.deepEqual(descriptions.map(facts), [
    "logd, state, hangup, spared, to cluster",
    "heartbeat, clients, state, hangup",
    "stonithd, young 1 MiB, to cluster",
    "lrmd, young 1 MiB, to cluster",
    "pengine, computes, heap 512 MiB, to cluster",
    "apphbd, young 1 MiB, to cluster",
    "cluster, clients, state, to heartbeat",
  ]);
});

Deno.test("with logd every daemon reaches its socket, and cluster its link; without it none does", () => {
  for (const process of processes) {
    const { net = [], write = [] } = grantOf(process, { ...config, log }, places);
    assert.ok(net.includes("unix:/run/ha/logd.log") && write.includes("/run/ha/logd.log"), process);
    if (process === "logd") continue;
    assert.equal(net.includes("unix:/run/ha/logd.link"), process === "cluster", process);
    assert.doesNotMatch(commandOf(process, config, places).join(" "), /logd/);
  }
});

const changes: readonly [string, Partial<NodeConfig>][] = [
  ["there is a watchdog", { watchdog: { plugin: "watchdog/device" } }],
  ["the tick has real-time priority", { tick: "realtime" }],
];
changes.forEach(([where, change], at) => {
  Deno.test(`the README of heartbeat shows its flags where ${where}`, {
    permissions: { read: [`${project}/daemons`] },
  }, () => {
    const readme = Deno.readTextFileSync(`${project}/daemons/heartbeat/README.md`);
    const shown = readme.split(/```sh\n(?=deno run)/)[at + 2] ?? "";
    assert.deepEqual(
      shown.slice(0, shown.indexOf("```")).replace(/\\\n/g, " ").trim().split(/\s+/),
      ["deno", ...commandOf("heartbeat", { ...config, ...change }, places)],
    );
  });
});

Deno.test("only heartbeat has the network, and only those that host agents may run anything", () => {
  for (const process of processes) {
    const { net = [], run = [] } = grantOf(process, config, places);
    const network = net.filter((entry) => !entry.startsWith("unix:"));
    assert.equal(network.length > 0, process === "heartbeat", process);
    assert.equal(run.length > 0, process === "lrmd" || process === "stonithd", process);
  }
});

Deno.test("a site's own plugins may be read by every process that loads plugins, and by no other way", () => {
  const own = { plugins: "/etc/ha/plugins", pluginFolders: ["/srv/plugins/stonith/ours"] };
  for (const process of processes) {
    const { read = [] } = grantOf(process, { ...config, ...own }, places);
    const { plugins }: ProcessDescription = descriptions.find(({ name }) => name === process)!;
    if (plugins === undefined) {
      assert.ok(read.every((path) => !/plugins/.test(path)));
      continue;
    }
    assert(read.includes("/etc/ha/plugins") && read.includes("/srv/plugins/stonith/ours"), process);
    assert(!(grantOf(process, config, places).read ?? []).some((path) => path === "/etc/ha"));
  }
});

Deno.test("a path with a comma would be two permissions: it is refused", () => {
  assert.throws(() => flagsOf({ read: ["/a,/etc"] }), /two permissions/);
});

Deno.test("a medium that is heard by all receives at the address of all, and sends from its own", () => {
  const media = [{ plugin: "medium/mcast", address: "10.0.0.1", port: 694, group: "239.1.2.3" }];
  const { net = [] } = grantOf("heartbeat", { ...config, media }, places);
  assert.deepEqual(net.slice(0, 2), ["10.0.0.1:0", "239.1.2.3:694"]);
});

Deno.test("with IPv6 addresses stand in brackets", () => {
  const media = [{ plugin: "medium/mcast", address: "fd00::1", port: 694, group: "ff05::7" }];
  const { net = [] } = grantOf("heartbeat", { ...config, media }, places);
  assert.deepEqual(net.slice(0, 2), ["[fd00::1]:0", "[ff05::7]:694"]);
});

Deno.test("heartbeat may start processes only where a medium has to be one, or for a watchdog", () => {
  const line = { plugin: "medium/serial", device: "/dev/ttyS0" };
  const ping = { plugin: "medium/ping", name: "gateway", address: "10.0.0.254" };
  for (
    const [change, may] of [
      [{}, []],
      [{ media: [...config.media, line] }, [places.deno, "/bin/sh"]],
      [{ pings: [ping] }, [places.deno, "/bin/sh"]],
      [{ watchdog: { plugin: "watchdog/device" } }, [places.deno, "/bin/sh"]],
    ] as const
  ) {
    const grant = grantOf("heartbeat", { ...config, ...change }, places);
    assert.deepEqual(grant.run ?? [], may);
    assert.equal(grant.net?.some((entry) => entry.includes("254")), false);
  }
});

Deno.test("apphbd exists only where there are applications, and may run something only for plugins", () => {
  const applications = { uids: [], gids: [], recover: [] };
  const names = (config: NodeConfig) => presentIn(descriptions, config).map(({ name }) => name);
  const links = (config: NodeConfig) => grantOf("cluster", config, places).net ?? [];
  assert.ok(!names(config).includes("apphbd"));
  assert.ok(!links(config).some((path) => path.includes("apphbd")));
  const some = { ...config, applications };
  assert.ok(names(some).includes("apphbd"));
  assert.ok(links(some).includes("unix:/run/ha/apphbd.link"));
  assert.deepEqual(grantOf("apphbd", some, places).run, []);
  const notifiers = [{ plugin: "notifier/log" }];
  assert.deepEqual(grantOf("apphbd", { ...some, notifiers }, places).run, [
    places.deno,
    "/bin/sh",
  ]);
  const watchdog = { plugin: "watchdog/device", intervalMs: 1_000 };
  const guarded = { ...some, applications: { ...applications, watchdog } };
  assert.deepEqual(grantOf("apphbd", guarded, places).run, [places.deno, "/bin/sh"]);
});
