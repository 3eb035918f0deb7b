/**
 * What is written for the node of a sandbox: its configuration and its CIB, which name the plugin as an
 * operator would.
 *
 * @module
 */
import { parse, stringify } from "@std/xml";
import { filePath } from "../../../../../pils/found.ts";
import type { Locked } from "../../../../site/consent/lock.ts";
import {
  clusterNameOf,
  type LocalCluster,
  nodeConfigOf,
} from "../../../local_nodes/local_cluster.ts";
import { primitiveElement } from "../../../local_nodes/primitive.ts";
import type { ChosenAgent } from "./agent_of.ts";
import type { Parameters, Texts } from "./parameters.ts";

/** The one node of a sandbox. */
export const sandboxNode = "sandbox";

/** The cluster of a sandbox: one for each plugin folder, so that two authors do not meet. */
export function sandboxOf(plugin: URL): LocalCluster {
  const cluster = clusterNameOf("dev", plugin.href);
  return { folder: `/tmp/ha-${cluster}`, cluster, nodes: [sandboxNode] };
}

/** A plugin with all that its place on the node needs. */
export interface Guest {
  /** `kind/name`. */
  readonly id: string;
  readonly folder: URL;
  readonly locked: Locked;
  readonly parameters: Parameters;
  /** For kind `ra`. */
  readonly agent?: ChosenAgent;
  /** For kind `medium`: no node is behind it, only something that answers. */
  readonly isPing?: boolean;
}

/** Folder of the lock in which the plugin is consented to. */
export const siteFolder = ({ folder }: Pick<LocalCluster, "folder">): string => `${folder}/site`;

/** Milliseconds between two heartbeats of the node, and until it would be dead to others. */
const times = { keepaliveMs: 100, deadtimeMs: 500 };
/** What an operation may take where the agent says nothing. */
const timeout = "20s";

/** The node configuration. */
export function nodeConfigFor(
  local: LocalCluster,
  ports: Readonly<Record<string, number>>,
  { id, folder, locked: { manifest: { kind, name } }, parameters: { plugin }, isPing }: Guest,
): object {
  const { media, ...config } = nodeConfigOf(local, sandboxNode, ports, times);
  return {
    ...config,
    plugins: siteFolder(local),
    pluginFolders: [filePath(folder)],
    loglevel: "debug",
    media: kind === "medium" && !isPing ? [...media, { ...plugin, plugin: id }] : media,
    ...(isPing ? { pings: [{ ...plugin, plugin: id }] } : {}),
    ...(kind === "ra" && id !== "ra/deno"
      ? { agents: [{ ...plugin, class: name, plugin: id }] }
      : {}),
  };
}

/** The keys, if the plugin is what signs. */
export function authkeysFor({ locked: { manifest: { kind, name } }, parameters }: Guest) {
  const { key } = parameters.plugin;
  return kind === "auth" ? `auth 1\n1 ${name}${key === undefined ? "" : ` ${key}`}\n` : undefined;
}

/** The plugin as a resource; undefined if its kind is no resource. */
export function resourceOf({ locked: { manifest: { kind, name } }, parameters, agent }: Guest) {
  const operations = (timeouts: Texts) =>
    [["start", "0"], ["stop", "0"], ["monitor", "10s"]].map(([name = "", interval = "0"]) => ({
      name,
      interval,
      timeout: timeouts[name] ?? timeout,
    }));
  if (kind === "stonith") {
    return stringify(primitiveElement({
      id: name,
      agent: { class: "stonith", type: name },
      parameters: parameters.plugin,
      operations: operations({}),
    }));
  }
  if (kind !== "ra" || agent === undefined) return undefined;
  const { provider, type } = agent.ref;
  return stringify(primitiveElement({
    id: name,
    agent: { class: name, ...(provider === undefined ? {} : { provider }), type },
    parameters: parameters.agent,
    operations: operations(agent.timeouts),
  }));
}

/** The first CIB. */
export function cibFor(guest: Guest): string {
  const isFencing = guest.locked.manifest.kind === "stonith";
  const xml = `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">
    <configuration>
      <crm_config>
        <cluster_property_set id="sandbox-options">
          <nvpair id="sandbox-fencing" name="fencing-enabled" value="${isFencing}"/>
        </cluster_property_set>
      </crm_config>
      <nodes><node id="${sandboxNode}" uname="${sandboxNode}"/></nodes>
      <resources>${resourceOf(guest) ?? ""}</resources>
      <constraints/>
    </configuration>
    <status/>
  </cib>`;
  return `${stringify(parse(xml, { ignoreWhitespace: true }), { indent: "  " })}\n`;
}
