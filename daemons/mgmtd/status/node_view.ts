/**
 * How the node that was asked stands in the cluster, from the answers of its daemons: quorum, links,
 * whom it hears, what is old, what does not answer.
 *
 * @module
 */
import { nodesMax } from "../../site/node_config/limits.ts";
import { epochText } from "../../runtime/epoch.ts";
import { refusalsOf } from "../../runtime/refusals.ts";
import type { NodeReport } from "./node_report.ts";
import { type HeldBack, readHeldBack } from "./held_back.ts";
import { listOf, member, numberOf, textOf } from "./json_parts.ts";
import { type PingState, readPings } from "./pings.ts";
import { readTurnedAway, type TurnedAway } from "./turned_away.ts";
import { readWatchdog, type WatchdogShown } from "./watchdog.ts";

/** A link of this node. */
export interface LinkState {
  readonly name: string;
  /** `up`, `loading`, ... */
  readonly state: string;
}

/** Another node as the heartbeat of this one has it. */
export interface PeerState {
  readonly name: string;
  /** `active`, `dead`, `init`, `up`. */
  readonly status: string;
}

/** The node that was asked. */
export interface NodeView {
  /** Undefined if no daemon says who it is. */
  readonly node: string | undefined;
  /** Undefined if membership does not answer. */
  readonly quorate: boolean | undefined;
  /** Members of the view it is in; none if it is in none. */
  readonly members: readonly string[];
  /** As people read it; undefined without a view. */
  readonly view: string | undefined;
  /** Milliseconds since the view was installed; without one, since the last one was. */
  readonly viewMs: number | undefined;
  /** Its copy of the CIB is that of the coordinator. */
  readonly inStep: boolean;
  readonly links: readonly LinkState[];
  readonly peers: readonly PeerState[];
  readonly pings: readonly PingState[];
  readonly watchdog: WatchdogShown | undefined;
  /** Nodes that have the key, name this cluster, and are not among its nodes. */
  readonly strangers: readonly string[];
  /** Why this node founds no cluster. */
  readonly foundingRefused: string | undefined;
  /** Members that are left out for a while, since they withheld their part of an agreement. */
  readonly withholding: readonly string[];
  /** The coordinator, if this node sees that it decides nothing. */
  readonly accused: string | undefined;
  /** What heartbeat refused and what crmd holds. */
  readonly heldBack: HeldBack;
  /** Messages and clients that its daemons turned away. */
  readonly turnedAway: readonly TurnedAway[];
  readonly silent: NodeReport["silent"];
  /** Nothing but the CIB may be read by this user. */
  readonly asUser?: true;
}

/** Reads the answers, field by field: daemons of another version may say other things. */
export function nodeView({ answers, silent, asUser }: NodeReport): NodeView {
  const { heartbeat = null, ccm = null, cib = null, crmd = null, stonithd = null, attrd = null } =
    answers;
  const of = (process: string) => answers[refusalsOf(process)] ?? null;
  const view = member(ccm, "view");
  const epoch = numberOf(member(view, "epoch"));
  const quorate = member(view, "quorate");
  return {
    node: textOf(member(crmd, "node")) ?? textOf(member(heartbeat, "node")),
    quorate: answers.ccm === undefined ? undefined : quorate === true,
    members: listOf(member(view, "members")).flatMap((one) => textOf(member(one, "node")) ?? []),
    view: epoch === undefined ? undefined : epochText(epoch),
    viewMs: numberOf(member(ccm, "sinceMs")),
    inStep: member(cib, "synced") === true,
    links: listOf(member(heartbeat, "links")).flatMap((one) => {
      const [name, state] = [textOf(member(one, "link")), textOf(member(one, "state"))];
      return name === undefined || state === undefined ? [] : [{ name, state }];
    }),
    peers: listOf(member(heartbeat, "peers")).flatMap((one) => {
      const [name, status] = [textOf(member(one, "name")), textOf(member(one, "status"))];
      return name === undefined || status === undefined ? [] : [{ name, status }];
    }),
    pings: readPings(heartbeat),
    watchdog: readWatchdog(heartbeat),
    strangers: namesOf(member(ccm, "strangers")),
    foundingRefused: textOf(member(ccm, "foundingRefused")) || undefined,
    withholding: namesOf(member(ccm, "withholding")),
    accused: textOf(member(ccm, "accused")) || undefined,
    heldBack: readHeldBack(heartbeat, crmd),
    turnedAway: readTurnedAway({
      ccm: member(ccm, "refused"),
      cib: member(cib, "refused"),
      crmd: member(crmd, "refused"),
      stonithd: member(stonithd, "refused"),
      attrd: member(attrd, "refused"),
      heartbeat: of("heartbeat"),
      cluster: of("cluster"),
    }),
    silent,
    ...(asUser === undefined ? {} : { asUser }),
  };
}

/** Names of nodes in an answer. */
const namesOf = (list: Parameters<typeof listOf>[0]): readonly string[] =>
  listOf(list).slice(0, nodesMax).flatMap((one) => textOf(one) ?? []);

/** Whether other nodes' part of the CIB is what the cluster knows now. */
export const isCurrent = ({ quorate, inStep }: NodeView): boolean => quorate === true && inStep;
