/**
 * What the membership daemon knows, what it is configured with, and what it keeps on disk.
 *
 * @module
 */
import { Refusals } from "../runtime/refusals.ts";
import type { View, ViewMember } from "../runtime/messages.ts";
import type { Quorum } from "../../plugins/handler/quorum/contract.ts";
import { clashing } from "../runtime/epoch.ts";
import { begun, type Electorates } from "./electorate.ts";
import type { Proposal, Row } from "./protocol.ts";

/** Nodes of a cluster at most, as heartbeat has it. */
export const nodesMax = 100;

/** Configuration of the membership daemon. */
export interface CcmConfig {
  /** The configured nodes. They count until a view has agreed on others (`electorate.ts`). */
  readonly nodes: readonly string[];
  /** This node need not be one of them: it joins, and counts when a view has agreed on that. */
  readonly joins?: boolean;
  /**
   * Services of this node that say `ccm/settled` once the members of a view are in step. No change of
   * who counts begins before.
   */
  readonly settledBy?: readonly string[];
  /** Votes by node; absent: one. */
  readonly votes?: Readonly<Record<string, number>>;
  /** Heartbeat's deadtime, from which the patience below follows. */
  readonly deadtimeMs: number;
  /** Nodes that do not all hear each other are given so long to find out who is gone. */
  readonly settleMs?: number;
  /** Before a cluster is founded this node listens so long for strangers. */
  readonly listenMs?: number;
  /** Every node repeats its row so often. */
  readonly rowEveryMs?: number;
  /** A membership daemon from which no row came for so long is not heard any more. */
  readonly rowStaleMs?: number;
  /** The next in seniority proposes if the one before has not done so for so long. */
  readonly takeoverMs?: number;
  /** A proposal that was not promised by all is made again after so long, doubled each time. */
  readonly retryMs?: number;
}

/** The configuration with nothing left out. */
export type Settings = Required<CcmConfig> & { readonly quorum: readonly Quorum[] };

/** The state of one membership daemon. */
export interface CcmState {
  /** Name of this node. */
  node: string;
  /** Rises with each start of this daemon. 0: not started. */
  incarnation: number;
  /** The highest epoch ever promised; on disk before anybody hears of it. */
  promised: number;
  /** When that was. */
  promisedAtMs: number;
  /** What was promised and is neither committed nor void. */
  pending: Proposal | undefined;
  /** What is known of whose votes count; on disk with what was promised. */
  electorates: Electorates;
  /** By service of `settledBy`: the view whose members are in step. */
  readonly settled: Map<string, number>;
  /** A change of the electorate that cannot be made, as it was logged. */
  refused: string;
  /** The view that this node is in. */
  view: View | undefined;
  /** The highest epoch that was announced in this life. */
  announced: number;
  /** When the view was installed. */
  viewAtMs: number;
  /** When a commit was last repeated. */
  repeatedAtMs: number;
  /** The nodes of the cluster as heartbeat has them; those it cannot tell apart are not among them. */
  named: ReadonlySet<string>;
  /** Those of them that cannot be told apart from another. */
  clashes: ReadonlyMap<string, string>;
  /** Nodes that heartbeat hears. */
  reachable: ReadonlySet<string>;
  /** Nodes that are heard but speak no protocol version of this node, and why. */
  incompatible: readonly string[];
  /** Heartbeat has told whom it hears. */
  connected: boolean;
  /** Nodes that are heard, have the key, name this cluster, and that heartbeat does not name. Sorted. */
  strangers: readonly string[];
  /** Nodes that are heard and say that a cluster has been founded. */
  founded: readonly string[];
  /** When a medium of this node first was there. */
  listeningAtMs: number | undefined;
  /** Why this node founds no cluster, as it was logged; empty: nothing is in the way. */
  foundingRefused: string;
  /** The newest row of each node, the own among them. At most one for each node that is named. */
  readonly rows: Map<string, Row>;
  /** When a row last came from its own node. */
  readonly rowAtMs: Map<string, number>;
  /** With whom this node should be. */
  want: readonly string[];
  /** Since when they have not been in one view. */
  wantAtMs: number;
  /** They were in one view when last looked at. */
  agreed: boolean;
  /** Nodes that do not all hear each other: since when, when that last changed, and to what. */
  unsettled:
    | { sinceMs: number; changedAtMs: number; picture: string; decided: boolean }
    | undefined;
  /** This node's own proposal that not all have promised yet. */
  proposing: Proposing | undefined;
  /** A proposal that does not fit yet, since a row may still be under way. */
  deferred: { readonly proposal: Proposal; readonly from: string } | undefined;
  /** Services of this node that want to hear of views. */
  readonly subscribers: Set<string>;
  /** `stop` was asked: nothing is agreed on any more. */
  stopping: boolean;
  /** Messages of other nodes that were not taken. */
  readonly refusals: Refusals;
}

/** A proposal of this node's own. */
export interface Proposing {
  readonly proposal: Proposal;
  readonly promises: Set<string>;
  readonly atMs: number;
  /** How often one for the same members was made. */
  readonly attempts: number;
}

/** A state before `start`. */
export function emptyState(): CcmState {
  return {
    node: "",
    incarnation: 0,
    promised: 0,
    promisedAtMs: 0,
    pending: undefined,
    electorates: begun([]),
    settled: new Map(),
    refused: "",
    named: new Set(),
    clashes: new Map(),
    view: undefined,
    announced: 0,
    viewAtMs: 0,
    repeatedAtMs: 0,
    reachable: new Set(),
    incompatible: [],
    connected: false,
    strangers: [],
    founded: [],
    listeningAtMs: undefined,
    foundingRefused: "",
    rows: new Map(),
    rowAtMs: new Map(),
    want: [],
    wantAtMs: 0,
    agreed: false,
    unsettled: undefined,
    proposing: undefined,
    deferred: undefined,
    subscribers: new Set(),
    stopping: false,
    refusals: new Refusals(),
  };
}

/**
 * The configuration with every patience filled in.
 * @throws {RangeError} for a configuration that cannot work
 */
export function settingsOf(config: CcmConfig, quorum: readonly Quorum[]): Settings {
  const { nodes, deadtimeMs } = config;
  if (nodes.length === 0 || nodes.length > nodesMax) {
    throw new RangeError(
      `Cannot keep a membership of ${nodes.length} nodes: name 1 to ${nodesMax} nodes`,
    );
  }
  if (new Set(nodes).size !== nodes.length) {
    throw new RangeError(`Cannot keep a membership: a node is named twice in "${nodes.join(" ")}"`);
  }
  const clashes = [...clashing(nodes, () => false)];
  if (clashes.length > 0) {
    throw new RangeError(
      `Cannot keep a membership: ${
        clashes.map((two) => two.join(" and ")).join(", ")
      } would give ` +
        `their views the same numbers, which follow from names. Give one of each another name`,
    );
  }
  if (!(deadtimeMs > 0)) throw new RangeError(`deadtimeMs is ${deadtimeMs}: it must be above 0`);
  return {
    joins: false,
    settledBy: [],
    votes: {},
    settleMs: deadtimeMs * 1.2,
    listenMs: deadtimeMs,
    rowEveryMs: Math.max(1_000, deadtimeMs),
    rowStaleMs: Math.max(1_000, deadtimeMs) * 4,
    takeoverMs: 150,
    retryMs: 300,
    ...config,
    nodes: [...nodes].sort(),
    quorum,
  };
}

/** Two lists of members are the same. */
export function sameMembers(one: readonly ViewMember[], other: readonly ViewMember[]): boolean {
  return one.length === other.length && one.every((member, at) => {
    const against = other[at]!;
    return member.node === against.node && member.incarnation === against.incarnation &&
      member.bornOn === against.bornOn;
  });
}
