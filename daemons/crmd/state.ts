/**
 * All that a node's crmd knows, and the few ways in which every part of it acts.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { Replica } from "../cib/doors/document.ts";
import { elementAt } from "../cib/doors/path.ts";
import { optionValue } from "../pengine/doors/language.ts";
import { cut, type Unfinished } from "../runtime/pieces.ts";
import type { Effect } from "../runtime/machine.ts";
import type { Refusals } from "../runtime/refusals.ts";
import type { CibChange, LrmOperation, LrmResult, Message, View } from "../runtime/messages.ts";
import type { AgentFacts } from "./agent_facts.ts";
import type { Configuration, Trials } from "./configuration.ts";
import { elements, isTrue } from "./elements.ts";

/** What the operator chooses. */
export interface CrmdConfig {
  /**
   * Milliseconds a new cluster waits for nodes that are configured but have not been seen since
   * everybody was started, before it counts them as lost. Default 5000.
   */
  readonly startupWaitMs?: number;
  /** Milliseconds a coordinator waits for a member to say what it runs. Default 10000. */
  readonly joinWaitMs?: number;
  /** Milliseconds after which the policy is computed again though nothing happened. Default 15 min. */
  readonly recheckMs?: number;
}

export { elements, isTrue } from "./elements.ts";
export { ordersMax } from "./limits.ts";

/** Results that wait for the CIB, at most; beyond that the oldest of a resource is left out. */
export const resultsMax = 4096;
/** How often a member that has not been accepted repeats its report. */
export const joinAgainMs = 2_000;
/** A policy engine that has not answered after so many milliseconds is asked again. */
export const policyMsMax = 120_000;
/** Before the first of several attempts that came to nothing; it doubles up to the second. */
export const retryMs = 250;
/** Longest wait between two attempts. */
export const retryMsMax = 30_000;

/** One order of the coordinator, or of this node itself, that the local resource manager works at. */
export interface Order {
  readonly operation: LrmOperation;
  /** Whose order it is; absent: this node's own. */
  readonly asker?: Asker;
}

/** A coordinator's transition engine that waits for one action. */
export interface Asker {
  readonly node: string;
  readonly key: string;
}

/** What a member says of itself when a view begins, or when what it said before became wrong. */
export interface Join {
  readonly type: "join";
  readonly view: number;
  /** Counts this node's joins, so that an answer is to this one. */
  readonly number: number;
  /** All that its local resource manager knows; absent: the CIB is right about it. */
  readonly results?: readonly LrmResult[];
  /** What its local resource manager is working at. */
  readonly underway: readonly LrmOperation[];
}

/** What crmds say to each other. */
export type PeerMessage =
  | Join
  /** From the coordinator: your history is in the CIB. */
  | { readonly type: "joined"; readonly view: number; readonly number: number }
  /** To the coordinator: a device has ended this life of a node, at anyone's request. */
  | {
    readonly type: "fenced";
    readonly view: number;
    readonly node: string;
    readonly incarnation: string;
  }
  /** From the coordinator: the policy engine has decided with the configuration of this digest. */
  | { readonly type: "good"; readonly view: number; readonly digest: string }
  /** From the coordinator: this configuration ends or hangs the policy engine. */
  | {
    readonly type: "poison";
    readonly view: number;
    readonly digest: string;
    readonly why: string;
  }
  /** From the coordinator: the CIB does not know you, tell me all. */
  | { readonly type: "tell"; readonly view: number };

/** What a write to the CIB is for. */
export type Purpose =
  /** A result: the next one of that resource may follow. */
  | { readonly type: "result"; readonly resource: string }
  /** The coordinator's picture of the members. */
  | { readonly type: "members"; readonly joined: readonly { node: string; number: number }[] }
  /** An order that changes the CIB itself. */
  | { readonly type: "order"; readonly asker: Asker }
  /** This node wants to leave. */
  | { readonly type: "shutdown" }
  /** This node has left. */
  | { readonly type: "left" }
  /** Nothing but to see whether it is acknowledged. */
  | { readonly type: "probe" };

/** What the coordinator does about the policy. */
export type Policy =
  | { readonly type: "idle" }
  /** `stale`: the CIB has changed since. */
  | {
    readonly type: "computing";
    readonly id: string;
    readonly configuration: Configuration;
    stale: boolean;
  }
  | { readonly type: "running"; readonly transitionId: number }
  /** The last attempts came to nothing; the next follows after a while. */
  | { readonly type: "waiting" };

/** A join that is left out. */
export interface HeldJoin {
  readonly refusals: number;
  readonly untilMs: number;
}

/** What only the coordinator has. */
export interface Coordination {
  readonly joins: Map<string, Join>;
  /** Joins that are in the CIB, by node. */
  readonly done: Map<string, number>;
  /** Joins that the CIB has refused (`refused_joins.ts`), by node. */
  readonly heldJoins: Map<string, HeldJoin>;
  /** Joins in one write at most; fewer after a refusal, to find out which one is refused. */
  joinsAtOnce: number;
  /** No longer to be waited for. */
  late: boolean;
  /** A new cluster has waited long enough for its other nodes. */
  complete: boolean;
  policy: Policy;
  /** The policy as it was last looked at, and when it began. */
  doing: { readonly policy: Policy; readonly sinceMs: number };
  /** Since when the picture of the members is incomplete. */
  unsettledAtMs: number | undefined;
  /** The members' picture is being written. */
  writing: boolean;
  /** Fencing of these nodes is confirmed; the CIB must record it before it is reported. */
  readonly fenced: Map<
    string,
    { readonly keys: string[]; readonly incarnation: string | undefined }
  >;
  /** Nodes that left for good, and that heartbeat was asked to forget. */
  readonly forgetting: Set<string>;
  /** The last graph that was run, and how often it came again. */
  lastGraph: string;
  attempts: number;
  /** The next attempt has been waited for. */
  waited: boolean;
}

/** A node was lost. */
export interface Parting {
  /** Nothing was under way then, so that both sides had the same CIB, and nothing has changed since. */
  quiet: boolean;
  /** How many delays this side waits, once that is decided. */
  rank: number | undefined;
}

/** Everything a crmd knows. */
export interface CrmdState {
  readonly config: Required<CrmdConfig>;
  self: string;
  wallOffsetMs: number;
  /** Tells the ids of this life from those of the ones before, which the others may still answer. */
  life: string;
  lastId: number;
  lastTransition: number;
  /** What the policy engine found wrong with the CIB when it was last asked. */
  findings: ReadonlySet<string>;
  view: View | undefined;
  readonly replica: Replica;
  /** What the local resource manager knows: not asked yet, asked, or answered. */
  lrm: "unknown" | "asked" | "known";
  /**
   * The local resource manager may be at something that was ordered in an earlier life of this
   * daemon, or has forgotten everything itself: nothing is reported, so that everything is probed.
   * A probe waits until whatever is under way for its resource is over.
   */
  fresh: boolean;
  /** The CIB may be wrong about what this node runs: its next join must tell all. */
  dirty: boolean;
  /** What the coordinator owes this member (`owed.ts`); absent: nothing, as far as it was looked at. */
  owed: {
    readonly sinceMs: number;
    probe: "none" | "asked" | "answered";
    answeredAtMs: number;
  } | undefined;
  /** The coordinator of this view has taken in this node's last join: results may be written. */
  joined: boolean;
  /** Joins for a view that this node has not heard of yet: the last one of each node. */
  readonly early: Map<string, Join>;
  /** Joins of this node so far. */
  joins: number;
  /** The last of them that has become wrong: its acknowledgement may be on its way all the same. */
  voidJoins: number;
  /** Orders the local resource manager works at, by id. */
  readonly orders: Map<string, Order>;
  /** Answers of the local resource manager that are awaited, by id: who asked, and what follows. */
  readonly calls: Map<string, { readonly asker: Asker; readonly then: (out: Effect[]) => void }>;
  /** By lost node: what is known of the moment at which it was lost (`priority_delay.ts`). */
  readonly partings: Map<string, Parting>;
  /** What agents say of their parameters, by agent. */
  readonly agents: Map<string, AgentFacts>;
  /** Questions about agents that are not answered, by id. */
  readonly agentsAsked: Map<string, string>;
  /** What it has reported, by resource and operation. */
  readonly kept: Map<string, Map<string, LrmResult>>;
  /** What was changing when it ended: the resources may run. */
  readonly lost: Map<string, LrmOperation>;
  /** Results on their way to the CIB, in order, by resource; the first of each is being written. */
  readonly outbox: Map<string, LrmResult[]>;
  /** Writes to the CIB that are not answered, by id. */
  readonly writes: Map<string, Purpose>;
  /**
   * Resources that this node stops because it has no quorum: those that belong together in a row, the
   * first of which is under way.
   */
  readonly stops: Set<LrmOperation[]>;
  /** Resources of the configuration that this cluster cannot run. */
  unsupported: ReadonlySet<string>;
  /** Resources that are held, since they had node after node fenced. */
  held: ReadonlySet<string>;
  /** The last configurations, the newest last. */
  readonly configurations: Configuration[];
  readonly trials: Trials;
  /** Why configurations cannot be decided with that ended or hung the engine, by digest. */
  readonly poisons: Map<string, string>;
  coordination: Coordination | undefined;
  /** This node was asked to end. */
  stopping: boolean;
  /** It was the cluster that asked, and the node starts again then. */
  restarting: boolean;
  readonly unfinished: Map<string, Unfinished>;
  /** Messages of other nodes that were not taken. */
  readonly refusals: Refusals;
}

/** The coordinator of a view with quorum. */
export const dcOf = (view: View | undefined): string | undefined =>
  view?.quorate ? view.members[0]?.node : undefined;

/** Says something to another node's crmd, or to this one. */
export function say(out: Effect[], node: string, message: PeerMessage): void {
  for (const body of cut(JSON.stringify(message))) {
    out.push({ type: "send", to: { node, service: "crmd" }, message: { type: "peer", body } });
  }
}

/** Sends something to a service of this node. */
export const tell = (out: Effect[], service: string, message: Message): void =>
  void out.push({ type: "send", to: { service }, message });

/** An id that was never used before, by no life of this daemon. */
export const newId = (state: CrmdState, what: string): string =>
  `${what} ${state.life}.${++state.lastId}`;

/** Changes the CIB for a purpose; the answer comes as `cib/applied`. */
export function write(
  state: CrmdState,
  purpose: Purpose,
  changes: readonly CibChange[],
  out: Effect[],
): void {
  const id = newId(state, purpose.type);
  state.writes.set(id, purpose);
  tell(out, "cib", { type: "cib/apply", id, changes });
}

/** The CIB may be wrong about what this node runs, and so may what it said of it last. */
export function voidJoin(state: CrmdState): void {
  state.dirty = true;
  state.joined = false;
  state.voidJoins = state.joins;
}

/** Seconds since 1970, by this node's wall clock. */
export const nowS = (state: CrmdState, at: number): number =>
  Math.floor((at + state.wallOffsetMs) / 1000);

/** One line for the log. */
export const log = (
  out: Effect[],
  level: Extract<Effect, { type: "log" }>["level"],
  text: string,
): void => void out.push({ type: "log", level, text });

/** Id of a node in the CIB: as configured, else its name. */
export function nodeIdOf(root: XmlElement, node: string): string {
  const nodes = elements(elementAt(root, "/cib/configuration/nodes"), "node");
  return nodes.find(({ attributes }) => attributes.uname === node)?.attributes.id ?? node;
}

/** The value of a cluster option. @param name the newer one, where it was renamed. */
export function optionOf(root: XmlElement, name: string): string | undefined {
  const raw = new Map<string, string>();
  for (const set of elements(elementAt(root, "/cib/configuration/crm_config"))) {
    for (const { attributes: { name, value } } of elements(set, "nvpair")) {
      if (name !== undefined && value !== undefined && !raw.has(name)) raw.set(name, value);
    }
  }
  return optionValue(raw, name);
}

/** Whether fencing is in use: it is unless it is switched off. */
export const fences = (root: XmlElement): boolean =>
  isTrue(optionOf(root, "fencing-enabled") ?? "true");
