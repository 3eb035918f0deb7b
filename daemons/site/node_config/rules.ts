/**
 * What must hold between the fields of a node configuration.
 *
 * @module
 */
import { clashing } from "../../runtime/epoch.ts";
import { type Diagnostic, problem } from "../../../metadata/diagnostic.ts";
import { applicationRules } from "./application_rules.ts";
import type { NodeConfig } from "./node_config.ts";
import { logRules } from "./log_rules.ts";
import { repeated } from "./twice.ts";

/** Classes that are not chosen: `stonith` is no plugin of agents, and `deno` has no parameters. */
const ownClasses = ["deno", "stonith"];

/** Serial lines of a node at most. */
const linesMax = 2;

/** Everything in which the fields do not go together. */
export function brokenRules(config: NodeConfig): readonly Diagnostic[] {
  return [
    ...names(config),
    ...counted(config),
    ...classes(config),
    ...times(config),
    ...links(config),
    ...folders(config),
    ...logRules(config),
    ...applicationRules(config),
    ...repeated(config),
  ];
}

function names({ node, nodes, autojoin, pings = [] }: NodeConfig): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  if (!nodes.includes(node) && autojoin !== "any") {
    diagnostics.push(problem(
      ["node"],
      `"${node}" is not one of ${nodes.join(", ")}`,
      "a node must be a member of its own cluster",
      "add it to nodes, correct the name, or set autojoin to any",
      "HA1004",
    ));
  }
  nodes.forEach((name, at) => {
    if (nodes.indexOf(name) === at) return;
    diagnostics.push(problem(
      ["nodes", at],
      `"${name}" is named twice`,
      "each node is known by its name",
      "remove one of them, or correct the name",
      "HA1004",
    ));
  });
  nodes.forEach((name, at) => {
    const before = nodes.find((one) => one.toLowerCase() === name.toLowerCase());
    if (before === undefined || before === name) return;
    diagnostics.push(problem(
      ["nodes", at],
      `"${name}" and "${before}" differ in capital letters alone`,
      "the policy engine compares names of nodes without regard to case",
      "give one of them another name",
      "HA1004",
    ));
  });
  for (const [name, before] of clashing([...nodes, node], (one) => one !== node)) {
    diagnostics.push(problem(
      nodes.includes(name) ? ["nodes", nodes.indexOf(name)] : ["node"],
      `"${name}" and "${before}" have the same place in the numbers of views`,
      "these numbers follow from names, and two nodes would choose the same",
      "give one of them another name",
      "HA1004",
    ));
  }
  pings.forEach(({ name }, at) => {
    const isTaken = [...nodes, node].some((one) => isSame(one, name)) ||
      pings.findIndex((ping) => isSame(ping.name, name)) !== at;
    if (!isTaken) return;
    diagnostics.push(problem(
      ["pings", at, "name"],
      `"${name}" is the name of another`,
      "each node and each pseudo-member is known by its name",
      "give it a name of its own",
      "HA1004",
    ));
  });
  return diagnostics;
}

/** Names of nodes are compared without regard to case. */
const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** State and sockets lie apart: the run folder is emptied at a start of the machine. */
function folders({ state, run }: NodeConfig): Diagnostic[] {
  if (!`${run}/`.startsWith(`${state}/`) && !`${state}/`.startsWith(`${run}/`)) return [];
  return [problem(
    ["run"],
    `"${run}" and the state folder "${state}" are the same, or one is in the other`,
    "the run folder is emptied when the machine starts, and the state must survive",
    "give each a folder of its own, such as /run/ha and /var/lib/ha",
    "HA1004",
  )];
}

/** An attribute that counts answers needs somebody who answers. */
function counted({ connectivity, pings = [] }: NodeConfig): Diagnostic[] {
  if (connectivity === undefined || pings.length > 0) return [];
  return [problem(
    ["connectivity"],
    "there are no pings whose answers it could count",
    "the attribute would never be set, and rules that need it would keep resources off this node",
    "name pseudo-members in pings, or remove connectivity",
    "HA1004",
  )];
}

function classes({ agents = [] }: NodeConfig): Diagnostic[] {
  return agents.flatMap(({ class: name }, at) => {
    const isOwn = ownClasses.includes(name);
    if (!isOwn && agents.findIndex((one) => one.class === name) === at) return [];
    return [problem(
      ["agents", at, "class"],
      `"${name}" is ${isOwn ? "a class that every node has" : "there twice"}`,
      "a resource would not say which plugin runs its agent",
      "give it a name of its own",
      "HA1004",
    )];
  });
}

/** The times must leave room for two keepalives, or an idle cluster would lose its members. */
function times(config: NodeConfig): Diagnostic[] {
  const { keepaliveMs, deadtimeMs, initdeadMs, deadpingMs, warntimeMs } = config;
  const diagnostics: Diagnostic[] = [];
  if (deadtimeMs <= 2 * keepaliveMs) {
    diagnostics.push(problem(
      ["deadtimeMs"],
      `${deadtimeMs} ms is not more than twice the keepalive of ${keepaliveMs} ms`,
      "one lost packet would count as a death",
      `give at least ${2 * keepaliveMs + 1}, better ${5 * keepaliveMs}`,
      "HA1004",
    ));
  }
  if (initdeadMs < deadtimeMs) {
    diagnostics.push(problem(
      ["initdeadMs"],
      `${initdeadMs} ms is less than the deadtime of ${deadtimeMs} ms`,
      "nodes that start together would declare each other dead",
      `give at least ${deadtimeMs}`,
      "HA1004",
    ));
  }
  if (warntimeMs !== undefined && (warntimeMs >= deadtimeMs || warntimeMs <= keepaliveMs)) {
    diagnostics.push(problem(
      ["warntimeMs"],
      `${warntimeMs} ms is not between the keepalive of ${keepaliveMs} ms and the deadtime of ` +
        `${deadtimeMs} ms`,
      warntimeMs >= deadtimeMs
        ? "the node would be dead before the warning"
        : "every heartbeat would come too late",
      `give at least ${keepaliveMs + 1} and at most ${deadtimeMs - 1}, or leave it out`,
      "HA1004",
    ));
  }
  if (deadpingMs !== undefined && deadpingMs <= 2 * keepaliveMs) {
    diagnostics.push(problem(
      ["deadpingMs"],
      `${deadpingMs} ms is not more than twice the keepalive of ${keepaliveMs} ms`,
      "there is one ping for each heartbeat, and one lost answer would count as a death",
      `give at least ${2 * keepaliveMs + 1}`,
      "HA1004",
    ));
  }
  return diagnostics;
}

function links({ media, nodes }: NodeConfig): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  media.forEach(({ plugin, address, broadcast, group, peers = [] }, at) => {
    if (plugin === "medium/ucast" && peers.length === 0 && nodes.length > 1) {
      diagnostics.push(problem(
        ["media", at, "peers"],
        "no peer is named",
        `the other nodes (${nodes.length - 1}) would not be reached by this link`,
        "name the address of each other node; only a cluster of one node has none",
        "HA1004",
      ));
    }
    if (plugin === "medium/bcast" && (isV6(address) || isV6(broadcast))) {
      diagnostics.push(problem(
        ["media", at, "broadcast"],
        `"${broadcast ?? address}" cannot be used for broadcast`,
        "IPv6 has no broadcast",
        'use "medium/mcast" with a group such as ff05::7:1, or "medium/ucast"',
        "HA1004",
      ));
    }
    const others = [group, ...peers.map(({ address }) => address)].filter((one) =>
      one !== undefined && address !== undefined && isV6(one) !== isV6(address)
    );
    if (others.length > 0) {
      diagnostics.push(problem(
        ["media", at],
        `${others.join(", ")} cannot be reached from ${address}`,
        "one is IPv4, the other IPv6",
        "configure one link for each",
        "HA1004",
      ));
    }
  });
  const lines = media.filter(({ plugin }) => plugin === "medium/serial");
  if (lines.length > linesMax) {
    diagnostics.push(problem(
      ["media"],
      `${lines.length} serial lines`,
      "each node forwards from one line to the other; with three lines, messages would multiply",
      `keep ${linesMax}: lines from node to node form a ring`,
      "HA1004",
    ));
  }
  return diagnostics;
}

const isV6 = (address = ""): boolean => address.includes(":");
