/**
 * What a joining node gets: the members of the node configuration that are the same on every node.
 *
 * @module
 */
import type { NodeConfig } from "../../../site/node_config/read.ts";
import type { Ask, Granted } from "./contract.ts";
import type { Facts } from "./check_ask.ts";
import { linksFor } from "./links.ts";

/** Members that are the same on every node. */
export const carried = [
  "cluster",
  "pings",
  "deadpingMs",
  "connectivity",
  "load",
  "keepaliveMs",
  "deadtimeMs",
  "initdeadMs",
  "warntimeMs",
  "autojoin",
  "packetBytes",
  "packing",
  "packFromBytes",
  "tick",
  "hungMs",
  "classes",
  "loglevel",
] as const satisfies readonly (keyof NodeConfig)[];

/** Members that name files or devices of one machine: a person must decide. */
const byHand = [
  "watchdog",
  "plugins",
  "pluginFolders",
  "agents",
  "apiauth",
  "programs",
  "secrets",
  "applications",
  "notifiers",
];

/** What `ask` gets. @throws {Error} if it has no links: that is an objection. */
export function handedOut(
  ask: Ask,
  facts: Facts,
  config: NodeConfig,
  authkeys: string,
): Granted {
  const links = linksFor(config, ask);
  if ("reason" in links) throw new Error(links.reason);
  const nodes = [config.node, ...facts.others.map(({ name }) => name), ask.name];
  const kept = carried.flatMap((name) => config[name] === undefined ? [] : [[name, config[name]]]);
  const left = Object.keys(config).filter((name) => byHand.includes(name));
  return {
    config: {
      ...Object.fromEntries(kept),
      nodes: [...new Set(nodes)].sort(),
      media: links.media,
    },
    authkeys,
    notes: left.map((name) =>
      `"${name}" of ${config.node} was not copied: it depends on the machine. Set it here if it is wanted`
    ),
  };
}
