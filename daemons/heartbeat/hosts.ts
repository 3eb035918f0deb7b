/**
 * Changes of the cluster's nodes while it runs: added and removed ones, weights and sites, as
 * `hb_addnode`, `hb_delnode`, `hb_setweight` and `hb_setsite` of the original ask for them.
 *
 * The node configuration lists the initial nodes. Later changes are stored here, on disk, and
 * survive a restart.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { WireField, WireMessage } from "../../plugins/handler/encoding/contract.ts";
import { tellAtTimes } from "./at_times.ts";
import { clashing } from "../runtime/epoch.ts";
import { monitor, treatments } from "./clients/monitor.ts";
import { forgetPresence } from "./clients/presence.ts";
import { announceAnyway } from "./connectivity.ts";
import { nodesMax } from "../site/node_config/limits.ts";
import { decimalOf, string, stringOf } from "./fields.ts";
import { hostsKey, writtenHosts } from "./hosts_state.ts";
import { dropReader } from "./stream_out.ts";
import { quietTimer } from "./liveness.ts";
import { addPeer } from "./peer.ts";
import { armOnce, type HeartbeatState, log, type Peer, type Turn } from "./state.ts";
import { transmitSequenced } from "./transmit.ts";

/** A change that an operator asks for. */
export type HostChange =
  | { readonly change: "add" | "remove"; readonly nodes: readonly string[] }
  | { readonly change: "weight"; readonly node: string; readonly weight: number }
  | { readonly change: "site"; readonly node: string; readonly site: string };

/** The greatest weight. */
const weightMax = 1_000_000;
/** Characters of a name, and of a site, at most. */
const nameCharactersMax = 64;

/** The nodes of the cluster: those configured, as changed since. */
export function nodesOf({ config, hosts }: HeartbeatState): string[] {
  return [...new Set([...config.nodes, ...hosts.added])]
    .filter((name) => !hosts.removed.has(name))
    .sort();
}

/**
 * An operator of this node wants a change: it is made here, and every node that hears of it makes it.
 *
 * @returns why it cannot be made; undefined: it is.
 */
export function changeHosts(turn: Turn, change: HostChange): string | undefined {
  const why = trouble(turn.state, change);
  if (why !== undefined) return why;
  const message = transmitSequenced(turn, fieldsOf(change));
  apply(turn, change);
  monitor(turn, message, treatments.kept);
  return undefined;
}

/** `addnode`, `delnode`, `setweight`, `setsite` of another node. */
export function takeHostChange(turn: Turn, type: string, message: WireMessage): void {
  const change = changeOf(type, message);
  const why = change === undefined ? "it is incomplete" : trouble(turn.state, change);
  if (change === undefined || why !== undefined) {
    const text = `${type} of ${stringOf(message, "src")} is refused: ${why}`;
    tellAtTimes(turn, `refused ${type}`, text);
    return;
  }
  apply(turn, change);
}

/**
 * A node that nobody named, but that has the key, joins.
 *
 * @returns undefined if it cannot.
 */
export function join(turn: Turn, name: string): Peer | undefined {
  const change = { change: "add", nodes: [name] } as const;
  if (trouble(turn.state, change) !== undefined) return undefined;
  apply(turn, change);
  return turn.state.peers.get(name);
}

/** The list of nodes of a node that runs, as we have just come: it counts, as in the original. */
export function adoptNodes(
  turn: Turn,
  nodelist: readonly string[],
  removed: readonly string[],
): void {
  const { state } = turn;
  const known = (name: string) => name === state.node || state.peers.has(name);
  const unknown = nodelist.filter((name) => !known(name) && isName(name));
  if (unknown.length > 0) apply(turn, { change: "add", nodes: unknown });
  const gone = removed.filter((name) => {
    const peer = state.peers.get(name);
    return peer !== undefined && !isAlive(peer.status) && !nodelist.includes(name);
  });
  if (gone.length > 0) apply(turn, { change: "remove", nodes: gone });
}

/** A node that is to be removed must be dead, and all others must hear of it. */
function trouble(state: HeartbeatState, change: HostChange): string | undefined {
  switch (change.change) {
    case "add": {
      const wrong = change.nodes.find((name) => !isName(name));
      if (wrong !== undefined) {
        return wrongValue(`"${wrong}" is not a name of a node`, "in lower case");
      }
      const known = new Set([state.node, ...state.peers.keys()]);
      for (const [name, before] of clashing([...known, ...change.nodes], (one) => known.has(one))) {
        return impossible(
          `${name} and ${before} would get the same numbers of views`,
          "choose another name",
        );
      }
      const more = change.nodes.filter((name) => !state.peers.has(name)).length;
      return state.peers.size + 1 + more > nodesMax
        ? impossible(`a cluster has ${nodesMax} nodes at most`, "remove a node first")
        : undefined;
    }
    case "remove": {
      for (const name of change.nodes) {
        if (name === state.node) {
          return impossible(`${name} is this node`, "stop it, and remove it from another node");
        }
        const peer = state.peers.get(name);
        if (peer === undefined) return noNode(name);
        if (isAlive(peer.status)) return impossible(`${name} is ${peer.status}`, "stop it first");
      }
      for (const peer of state.peers.values()) {
        if (!change.nodes.includes(peer.name) && !isAlive(peer.status)) {
          return impossible(
            `${peer.name} is ${peer.status} and would miss the change`,
            "start it, or remove it too",
          );
        }
      }
      return undefined;
    }
    case "weight":
      if (!isNode(state, change.node)) return noNode(change.node);
      return Number.isInteger(change.weight) && change.weight >= 0 && change.weight <= weightMax
        ? undefined
        : wrongValue(`${change.weight} is not a weight`, `from 0 to ${weightMax}`);
    case "site":
      if (!isNode(state, change.node)) return noNode(change.node);
      return /^[!-~]+$/.test(change.site) && change.site.length <= nameCharactersMax
        ? undefined
        : wrongValue(
          `"${change.site}" is not a name of a site`,
          `in at most ${nameCharactersMax} printable characters without blanks`,
        );
  }
}

/** The three sorts of refusal; `ha heartbeat` tells them apart by their codes. */
const noNode = (name: string): string =>
  withCode("HA0006", `there is no node ${name}. Fix: take a name that ha status shows`);
const wrongValue = (what: string, form: string): string =>
  withCode("HA1001", `${what}. Fix: write it ${form}`);
const impossible = (what: string, fix: string): string =>
  withCode("HA0014", `${what}. Fix: ${fix}`);

function apply(turn: Turn, change: HostChange): void {
  const { state } = turn;
  const { hosts, config, strangers } = state;
  switch (change.change) {
    case "add":
      for (const name of change.nodes) {
        strangers.delete(name);
        hosts.removed.delete(name);
        if (!config.nodes.includes(name)) hosts.added.add(name);
        if (name === state.node || state.peers.has(name)) continue;
        log(turn, "notice", `${name} is added to the cluster`);
        const peer = addPeer(state, name);
        peer.knownAt = turn.at;
        armOnce(turn, quietTimer(peer), config.initdeadMs);
      }
      break;
    case "remove":
      for (const name of change.nodes) {
        strangers.delete(name);
        hosts.added.delete(name);
        hosts.removed.add(name);
        hosts.weights.delete(name);
        hosts.sites.delete(name);
        const peer = state.peers.get(name);
        if (peer === undefined) continue;
        log(turn, "notice", `${name} is removed from the cluster`);
        dropReader(turn, peer);
        forgetPresence(turn, name);
        state.peers.delete(name);
        state.armed.delete(quietTimer(peer));
        turn.out.push({ type: "cancel", name: quietTimer(peer) });
      }
      break;
    case "weight":
      hosts.weights.set(change.node, change.weight);
      break;
    case "site":
      hosts.sites.set(change.node, change.site);
      break;
  }
  // Others know it too: to wait for a slow disk would silence this node.
  turn.out.push({ type: "save", key: hostsKey, value: writtenHosts(hosts), waits: false });
  announceAnyway(turn);
}

function fieldsOf(change: HostChange): WireField[] {
  switch (change.change) {
    case "add":
      return [string("t", "addnode"), string("nodelist", change.nodes.join(" "))];
    case "remove":
      return [string("t", "delnode"), string("nodelist", change.nodes.join(" "))];
    case "weight":
      return [
        string("t", "setweight"),
        string("node", change.node),
        string("weight", String(change.weight)),
      ];
    case "site":
      return [string("t", "setsite"), string("node", change.node), string("site", change.site)];
  }
}

function changeOf(type: string, message: WireMessage): HostChange | undefined {
  const node = stringOf(message, "node");
  switch (type) {
    case "addnode":
    case "delnode": {
      const nodes = namesOf(stringOf(message, "nodelist"));
      return nodes.length === 0
        ? undefined
        : { change: type === "addnode" ? "add" : "remove", nodes };
    }
    case "setweight": {
      const weight = decimalOf(message, "weight");
      return node === undefined || weight === undefined
        ? undefined
        : { change: "weight", node, weight };
    }
    default: {
      const site = stringOf(message, "site");
      return node === undefined || site === undefined ? undefined : { change: "site", node, site };
    }
  }
}

/** Names in a list as the original writes it: divided by spaces. */
export const namesOf = (text: string | undefined): string[] =>
  (text ?? "").split(" ").filter((name) => name !== "");

const isNode = (state: HeartbeatState, name: string) =>
  name === state.node || state.peers.has(name);

/** Whether it is a name of a node. */
export const isName = (name: string) =>
  name.length <= nameCharactersMax && /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/.test(name);

const isAlive = (status: string) => status === "up" || status === "active";
