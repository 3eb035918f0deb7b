/**
 * The facts of a healthy cluster of three nodes, of which no check says anything; for tests.
 *
 * @module
 */
import { parse, type XmlElement } from "@std/xml";
import { readNodeConfig } from "../../../site/node_config/read.ts";
import { clusterState, workingSet } from "../../status/cluster_state.ts";
import type { Known } from "../facts.ts";

/** A CIB, with these elements among its resources and constraints, and this status. */
export function cibWith(
  { options = "", constraints = "", status = "" }: {
    readonly options?: string;
    readonly constraints?: string;
    readonly status?: string;
  } = {},
): XmlElement {
  const nodes = ["alice", "bob", "carol"].map((name) => `<node id="${name}" uname="${name}"/>`);
  return parse(
    `<cib crm_feature_set="3.19.0" validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">
<configuration><crm_config><cluster_property_set id="o">${options}</cluster_property_set></crm_config>
<nodes>${nodes.join("")}</nodes><resources>
<primitive id="power" class="stonith" type="process"/>
<primitive id="web" class="ocf" provider="heartbeat" type="Dummy"/></resources>
<constraints>${constraints}</constraints></configuration><status>${status}</status></cib>`,
    { ignoreWhitespace: true },
  ).root;
}

/** A node configuration with these fields. */
export function configWith(fields: object = {}): Known["config"] {
  const link = (net: number) => ({
    plugin: "medium/ucast",
    address: `192.0.2.${net + 1}`,
    peers: [{ address: `192.0.2.${net + 2}` }, { address: `192.0.2.${net + 3}` }],
  });
  const checked = readNodeConfig(JSON.stringify({
    cluster: "demo",
    node: "alice",
    nodes: ["alice", "bob", "carol"],
    state: "/var/lib/ha",
    run: "/run/ha",
    authkeys: "/etc/ha/authkeys",
    media: [link(0), link(128)],
    watchdog: { plugin: "watchdog/device" },
    ...fields,
  }));
  if (!checked.ok) throw new TypeError(JSON.stringify(checked.diagnostics));
  return checked.value;
}

/** What each daemon says of a node that is well. */
const view: Known["view"] = {
  node: "alice",
  quorate: true,
  members: ["alice", "bob", "carol"],
  view: "1.abc",
  viewMs: 1_000,
  inStep: true,
  links: [{ name: "ucast0", state: "up" }, { name: "ucast1", state: "up" }],
  peers: [{ name: "bob", status: "active" }, { name: "carol", status: "active" }],
  pings: [],
  watchdog: { plugin: "watchdog/device", state: "armed" },
  strangers: [],
  foundingRefused: undefined,
  withholding: [],
  accused: undefined,
  heldBack: { refused: [], refusedElsewhere: 0, incompatible: [], held: [] },
  turnedAway: [],
  silent: [],
};

/** All facts. */
export function healthy(): Known {
  const cib = cibWith();
  const disk = { sizeKiB: 50_000_000, freeKiB: 20_000_000 };
  return {
    configProblems: [],
    config: configWith(),
    unapplied: [],
    trust: [],
    keys: [],
    plugins: [],
    host: "alice.example.org",
    addresses: ["127.0.0.1", "192.0.2.1", "192.0.2.129"],
    receivers: [{ port: 694, program: "deno", isOurs: true }],
    synchronized: true,
    disks: [
      { use: "state", path: "/var/lib/ha", type: "ext2/ext3", ...disk },
      { use: "run", path: "/run/ha", type: "tmpfs", sizeKiB: 800_000, freeKiB: 700_000 },
    ],
    service: { enabled: "enabled", active: "active" },
    descriptors: 8_192,
    log: "socket:[17]",
    buffers: { max: 212_992, usual: 212_992 },
    runs: true,
    view,
    heartbeat: {
      peers: ["bob", "carol"].map((name) => ({ name, versions: "3", aheadS: 0 })),
      packetBytes: undefined,
    },
    daemons: {
      daemons: [{ name: "heartbeat", state: "running", restarts: 0, last: "" }],
      givenUp: "",
    },
    alerts: [],
    cib,
    cluster: clusterState(workingSet(cib, 0)),
    cibLines: [],
    agentLines: [],
    coverage: {
      devices: [],
      silent: [],
      nodes: ["alice", "bob", "carol"].map((node) => ({
        node,
        by: [{ device: "power", from: ["alice"] }],
      })),
    },
    fencings: [{
      target: "bob",
      action: "off",
      ok: true,
      by: "alice",
      device: "power",
      asker: "",
      detail: "",
      reason: "",
      tookMs: 10,
      at: "2026-01-01T00:00:00.000Z",
    }],
  };
}
