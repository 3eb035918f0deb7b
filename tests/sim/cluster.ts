/**
 * A node of the simulated world with the same machines as in production, in the same processes, and
 * with the same plugins if a plugin only computes.
 *
 * @module
 */
import { attrd } from "../../daemons/attrd/mod.ts";
import { alerts } from "../../daemons/alerts/mod.ts";
import { ccm, mayHaveActed } from "../../daemons/ccm/mod.ts";
import { events } from "../../daemons/events/mod.ts";
import { history } from "../../daemons/history/mod.ts";
import { cib } from "../../daemons/cib/core.ts";
import { crmd } from "../../daemons/crmd/core.ts";
import type { Codecs } from "../../daemons/heartbeat/codecs.ts";
import { heartbeat } from "../../daemons/heartbeat/core.ts";
import { lrmd } from "../../daemons/lrmd/core.ts";
import type { Machine } from "../../daemons/runtime/machine.ts";
import { descriptions, type ServiceName } from "../../daemons/processes.ts";
import { pengine } from "../../daemons/pengine/core.ts";
import { stonithd } from "../../daemons/stonithd/core.ts";
import { tengine } from "../../daemons/tengine/core.ts";
import crc from "../../plugins/auth/crc/mod.ts";
import sha1 from "../../plugins/auth/sha1/mod.ts";
import zlib from "../../plugins/compression/zlib/mod.ts";
import ha from "../../plugins/encoding/ha/mod.ts";
import type { Auth } from "../../plugins/handler/auth/contract.ts";
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";
import type { Quorum } from "../../plugins/handler/quorum/contract.ts";
import majority from "../../plugins/quorum/majority/mod.ts";
import tiebreaker from "../../plugins/quorum/tiebreaker/mod.ts";
import twoNode from "../../plugins/quorum/two_node/mod.ts";
import { devicesXml, type FencingPlan, levelsXml, optionsOf } from "./fencing_plans.ts";
import type { ProcessPlan } from "./node.ts";
import type { ForgerTools } from "./forger.ts";
import { rememberingEncoding, rememberingKeys } from "./memo.ts";
import { clientSocket } from "./plugins/client_socket.ts";
import { attributeClient } from "./attribute_client.ts";
import { observer } from "./observer.ts";
import { standIn } from "./stand_in.ts";

/** What a cluster is made of. */
export interface ClusterOptions {
  readonly nodes: readonly string[];
  /** What a node's own configuration names, where that is something else. */
  readonly named?: (node: string) => readonly string[];
  /** Nodes come and go: each node that is up and was not removed joins. */
  readonly changing?: boolean;
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  /** `membership`: heartbeat and ccm only. `all`: every daemon that decides. */
  readonly daemons: "membership" | "all";
  /** `stand-in`: messages by the world's own hand, for tests of what is above heartbeat. */
  readonly transport: "heartbeat" | "stand-in";
  /** The CIB of a new cluster. */
  readonly cib?: string;
  /** Puts something in the place of a machine, or around it: how bugs are planted. */
  readonly replace?: (machine: Machine, node: string) => Machine;
  /** How packets are signed; `crc` if left out. */
  readonly signing?: Signing;
  /** Puts other codecs in their place: how bugs of codecs are planted. */
  readonly codecs?: (codecs: Codecs) => Codecs;
  /** Microseconds since the world began, for what only the world's own clients need. */
  readonly worldUs: () => number;
  /** Asked instead of the usual quorum plugins. */
  readonly quorum?: readonly Quorum[];
}

const host = { emit() {}, log() {} };
// Plugins that only compute are ready at once.
const encoding = rememberingEncoding(await ha({ framing: "netstring" }, host));
const clientEncoding = await ha({ framing: "classic" }, host);
const crcAuth = await crc({}, host);
const keyedAuth = await sha1({ key: "of the cluster" }, host);
const compressions = new Map([["zlib", await zlib({ level: 6 }, host)]]);

/** How packets are signed. */
export type Signing = "crc" | "sha1";

const codecsOf = (auth: Auth): Codecs => ({
  encoding,
  clientEncoding,
  keys: { entries: new Map([[1, auth]]), current: 1 },
  compressions,
  packWith: "zlib",
});
const codecs: Readonly<Record<Signing, Codecs>> = {
  crc: codecsOf(crcAuth),
  sha1: codecsOf(keyedAuth),
};

/** What somebody without the key has to work with. */
export const forgerTools: ForgerTools = {
  encoding,
  wrongKey: await sha1({ key: "of somebody else" }, host),
  noKey: crcAuth,
};

/** The socket of the local API, with a program that sends a number or a few every few seconds. */
export const probeSocket = clientSocket({ encoding, everyMs: 10_000 });

/** Reads packets, as a listener on the network does. */
export function listen(packet: Uint8Array): WireMessage | undefined {
  const envelope = encoding.open(packet);
  const decoded = envelope && encoding.decode(envelope.frame);
  return decoded?.ok ? decoded.message : undefined;
}
const quorums = {
  majority: await majority({}, host),
  tiebreaker: await tiebreaker({ nodes: [] }, host),
  twoNode: await twoNode({}, host),
};

/** Rules for quorum, as a node loads their plugins. */
export const quorumRules = {
  majority: [quorums.majority],
  two_node: [quorums.majority, quorums.twoNode],
  tiebreaker: [quorums.majority, quorums.tiebreaker, quorums.twoNode],
} as const;

/** A node of this world has neither a section `log` nor `applications`. */
type SimService = Exclude<ServiceName, "logd" | "apphbd">;
const simulated = descriptions.filter((one) => one.name !== "logd")
  .filter((one) => one.name !== "apphbd");

/** The processes of each node, in the order of their starts, and who keeps a link to whom. */
export function clusterPlans(options: ClusterOptions): ProcessPlan[] {
  const { nodes, keepaliveMs, deadtimeMs, daemons, transport, replace, worldUs } = options;
  const changing = options.changing === true;
  const quorum = options.quorum ??
    quorumRules[nodes.length === 2 ? "two_node" : "majority"];
  const plan = (
    name: string,
    to: string | undefined,
    make: (nodes: readonly string[]) => readonly Machine[],
  ): ProcessPlan => ({
    name,
    ...(to === undefined ? {} : { to }),
    machines: (node) =>
      make(options.named?.(node) ?? nodes).map((machine) =>
        replace === undefined ? machine : replace(machine, node)
      ),
  });
  const signed = codecs[options.signing ?? "crc"];
  const ownCodecs = rememberingKeys(options.codecs === undefined ? signed : options.codecs(signed));
  const all = daemons === "all";
  const initial = options.cib ?? defaultCib(nodes, "one device");
  const made: Readonly<Record<SimService, (nodes: readonly string[]) => Machine>> = {
    heartbeat: (nodes) =>
      transport === "stand-in"
        ? standIn({ nodes, keepaliveMs, deadtimeMs, joins: changing })
        : heartbeat(heartbeatConfig(nodes, options), ownCodecs),
    stonithd,
    lrmd: () => lrmd({ classes: { ocf: { plugin: "ra/ocf", config: {} } }, parallelMax: 4 }),
    pengine,
    ccm: (nodes) =>
      ccm({ nodes, deadtimeMs, joins: changing, ...all ? { settledBy: ["cib"] } : {} }, { quorum }),
    cib: () => cib({ initial, mayAct: mayHaveActed(quorum) }),
    tengine,
    crmd: () => crmd({}),
    attrd: () => attrd({}),
    history,
    events,
    alerts,
  };
  const wanted = (service: SimService) => all || membership.includes(service);
  return simulated.filter(({ services }) => services.some(wanted)).map((description) => {
    const { name, services } = description;
    const to = "linkTo" in description ? description.linkTo : undefined;
    const machines = services.filter(wanted).map((service) => made[service]);
    // The observer, and the program that sets attributes, are services of the process that clients
    // connect to.
    return plan(name, to, (nodes) => [
      ...machines.map((make) => make(nodes)),
      ...name === "cluster"
        ? [observer({
          writeEveryMs: all ? 30_000 : 0,
          probeEveryMs: all ? 10_000 : 3_000,
          worldUs,
        })]
        : [],
      ...name === "cluster" && all ? [attributeClient({ nodes, everyMs: 20_000 })] : [],
    ]);
  });
}

/** Services without which there is no membership. */
const membership: readonly SimService[] = ["heartbeat", "ccm"];

/** The configuration of the production heartbeat in this world. */
const heartbeatConfig = (
  nodes: readonly string[],
  { keepaliveMs, deadtimeMs, changing }: ClusterOptions,
) => ({
  clients: { parameters: new Map() },
  nodes,
  autojoin: changing === true ? "any" : "none",
  media: [{ link: "eth0", plugin: "medium/ucast", config: {} }],
  keepaliveMs,
  deadtimeMs,
  initdeadMs: deadtimeMs * 2,
} as const);

/** Seconds after which a failure of a service of `defaultCib` no longer counts. */
export const failureTimeoutS = 30;

/** The services of `defaultCib`. */
export const defaultResources = ["d1", "d2", "d3"] as const;

/** One of them, which moves without a stop. */
export const migratable = "d3";

/** A service of which each node has an instance, one of them promoted; they are notified. */
export const promotable = "p1";

/** Services of which the second runs where the first does, and after it. */
export const ordered = { first: "d1", then: "d2" } as const;

/**
 * Three services, and power switches that reach every node.
 *
 * @param later nodes that may join, so that they can be fenced too.
 * @param long each service is also looked at every 600 hours.
 */
export function defaultCib(
  nodes: readonly string[],
  fencing: FencingPlan,
  later: readonly string[] = [],
  long = false,
): string {
  const pairs = (id: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, value]) =>
      `<nvpair id="${id}-${name}" name="${name}" value="${value}"/>`
    ).join("");
  const primitive = (id: string) =>
    `<primitive id="${id}" class="ocf" provider="heartbeat" type="Dummy"><operations>` +
    `<op id="${id}-start" name="start" interval="0" timeout="20s"/>` +
    `<op id="${id}-stop" name="stop" interval="0" timeout="20s"/>` +
    `<op id="${id}-monitor" name="monitor" interval="20s" timeout="20s"/>` +
    (long ? `<op id="${id}-deep" name="monitor" interval="600h" timeout="60s"/>` : "") +
    `</operations></primitive>`;
  const instances = `<clone id="${promotable}-clone"><meta_attributes id="${promotable}-meta">` +
    pairs(promotable, { promotable: "true", notify: "true", interleave: "true" }) +
    `</meta_attributes>${primitive(promotable)}</clone>`;
  const mayMigrate = (text: string) =>
    text.replace(
      "<operations>",
      `<meta_attributes id="migrate">${
        pairs("migrate", { "allow-migrate": "true" })
      }</meta_attributes><operations>`,
    );
  const all = [...nodes, ...later];
  // Where one node is to win, it is the one with this service.
  const important = (id: string, text: string) =>
    fencing === "halves" && id === ordered.first
      ? text.replace(
        "<operations>",
        `<meta_attributes id="important">${
          pairs("important", { priority: "10" })
        }</meta_attributes><operations>`,
      )
      : text;
  return `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">` +
    `<configuration><crm_config><cluster_property_set id="options">` +
    pairs("options", {
      "stonith-enabled": "true",
      "no-quorum-policy": "stop",
      ...optionsOf(fencing),
    }) +
    `</cluster_property_set><cluster_property_set id="observed"/></crm_config>` +
    `<nodes>${nodes.map((node) => `<node id="${node}" uname="${node}"/>`).join("")}</nodes>` +
    `<resources>${devicesXml(fencing, all)}` +
    defaultResources.map((id) =>
      important(id, id === migratable ? mayMigrate(primitive(id)) : primitive(id))
    ).join("") +
    instances +
    `</resources><constraints>` +
    `<rsc_location id="promote" rsc="${promotable}-clone"><rule id="promote-rule" role="Promoted" ` +
    `score="10"><expression id="promote-any" attribute="#uname" operation="defined"/></rule>` +
    `</rsc_location>` +
    `<rsc_order id="order" first="${ordered.first}" then="${ordered.then}"/>` +
    `<rsc_colocation id="together" rsc="${ordered.then}" with-rsc="${ordered.first}" ` +
    `score="INFINITY"/></constraints>` +
    // Failures count, so what failed everywhere is tried again only when they have expired.
    `<rsc_defaults><meta_attributes id="defaults">` +
    pairs("defaults", { "failure-timeout": `${failureTimeoutS}s` }) +
    `</meta_attributes></rsc_defaults>` +
    levelsXml(fencing, all) +
    `<alerts><alert id="watched" path="sim">` +
    ["fine", "slow", "hangs"].map((value) => `<recipient id="watched-${value}" value="${value}"/>`)
      .join("") +
    `</alert></alerts></configuration><status/></cib>`;
}
