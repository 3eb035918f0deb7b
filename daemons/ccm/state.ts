/**
 * The state of the membership daemon, its configuration, and its data on disk.
 *
 * @module
 */
import { Refusals } from "../runtime/refusals.ts";
import type { View, ViewMember } from "../runtime/messages.ts";
import type { Quorum } from "../../plugins/handler/quorum/contract.ts";
import { clashing } from "../runtime/epoch.ts";
import { begun, type Electorates } from "./electorate.ts";
import type { Proposal, Row } from "./protocol.ts";

/** Maximum nodes of a cluster, as in heartbeat. */
export const nodesMax = 100;

/** Configuration of the membership daemon. */
export interface CcmConfig {
  /** The configured nodes. They count until a view has agreed on others (`electorate.ts`). */
  readonly nodes: readonly string[];
  /** This node may be missing there: it joins, and counts when a view has agreed on that. */
  readonly joins?: boolean;
  /**
   * Services of this node that send `ccm/settled` once the members of a view are in step. No change
   * of the electorate starts before.
   */
  readonly settledBy?: readonly string[];
  /** Votes by node; absent: one. */
  readonly votes?: Readonly<Record<string, number>>;
  /** Heartbeat's deadtime, from which the times below are derived. */
  readonly deadtimeMs: number;
  /** Wait before a decision while the nodes do not all hear each other. */
  readonly settleMs?: number;
  /** Before a cluster is founded this node listens so long for strangers. */
  readonly listenMs?: number;
  /** Every node repeats its row so often. */
  readonly rowEveryMs?: number;
  /** Time without a row after which a membership daemon counts as not heard. */
  readonly rowStaleMs?: number;
  /** Time after which the next node in seniority proposes instead. */
  readonly takeoverMs?: number;
  /** Time after which an incomplete proposal is repeated, doubled each time. */
  readonly retryMs?: number;
  /** Time in which a member withholds its part of proposals before it counts as not heard. */
  readonly withholdMs?: number;
  /** How long it counts as not heard then. */
  readonly withheldForMs?: number;
  /** How long this node says of a coordinator that it decides nothing, after it was reported. */
  readonly accusedForMs?: number;
}

/** The complete configuration. */
export type Settings = Required<CcmConfig> & { readonly quorum: readonly Quorum[] };

/** The state of one membership daemon. */
export interface CcmState {
  /** Name of this node. */
  node: string;
  /** Rises with each start of this daemon. 0: not started. */
  incarnation: number;
  /** The highest epoch ever promised; on disk before it is sent. */
  promised: number;
  /** The time of that promise. */
  promisedAtMs: number;
  /** When this daemon started, and the rounds that it promised since. */
  startedAtMs: number;
  roundsSpent: number;
  /** The promised proposal that is neither committed nor void. */
  pending: Proposal | undefined;
  /** What is known of electorates; on disk with the promises. */
  electorates: Electorates;
  /**
   * What was known of electorates before this node promised a proposal of its own that it has not
   * committed. Only its proposer commits a proposal: once that has given it up, it never was in force.
   */
  beforeOwn: Electorates | undefined;
  /** By service of `settledBy`: the view whose members are in step. */
  readonly settled: Map<string, number>;
  /** An impossible change of the electorate, as logged. */
  refused: string;
  /** The view that this node is in. */
  view: View | undefined;
  /** The highest epoch that was announced in this life. */
  announced: number;
  /** When the view was installed. */
  viewAtMs: number;
  /** When a commit was last repeated. */
  repeatedAtMs: number;
  /** Heartbeat's nodes of the cluster, without those that it cannot distinguish. */
  named: ReadonlySet<string>;
  /** Those of them that cannot be distinguished from another. */
  clashes: ReadonlyMap<string, string>;
  /** The nodes that heartbeat hears. */
  reachable: ReadonlySet<string>;
  /** Nodes that are heard but share no protocol version with this node, and the reason. */
  incompatible: readonly string[];
  /** Heartbeat has reported which nodes it hears. */
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
  /** The nodes that this node should be with. */
  want: readonly string[];
  /** Time since which they have not been in one view. */
  wantAtMs: number;
  /** Whether they were in one view at the last check. */
  agreed: boolean;
  /** Nodes that do not all hear each other: since when, and the last change. */
  unsettled:
    | { sinceMs: number; changedAtMs: number; picture: string; decided: boolean }
    | undefined;
  /** This node's own proposal that not all have promised yet. */
  proposing: Proposing | undefined;
  /** A proposal that does not fit yet, since a row may still be in transit. */
  deferred: { readonly proposal: Proposal; readonly from: string } | undefined;
  /** Services of this node that subscribed to views. */
  readonly subscribers: Set<string>;
  /** Nodes whose part of a proposal was missing, since all members took up a view. */
  readonly missed: Map<string, { readonly sinceMs: number; readonly count: number }>;
  /** Proposals since then in which somebody's part was missing. */
  lacking: number;
  /** How often in a row a proposer has repeated itself at once. */
  quickRepeats: number;
  /** Nodes that count as not heard (`withheld.ts`), and until when. */
  readonly withholding: Map<string, number>;
  /** The coordinator of the current view, while this node sees that it decides nothing. */
  accused: { readonly node: string; readonly untilMs: number } | undefined;
  /** The view in which the cib of this node was asked to look at its coordinator. */
  doubted: number;
  /** The view without quorum that goes on alone, as this node's operator says; 0: none. */
  recovers: number;
  /** A stop was requested: no more agreements. */
  stopping: boolean;
  /** Rejected messages of other nodes. */
  readonly refusals: Refusals;
}

/** The incarnation of a proposal's proposer; 0: it is none of its members. */
export const proposerOf = ({ proposer, members }: Proposal): number =>
  members.find(({ node }) => node === proposer)?.incarnation ?? 0;

/** A proposal of this node's own. */
export interface Proposing {
  readonly proposal: Proposal;
  readonly promises: Set<string>;
  readonly atMs: number;
  /** Number of proposals for the same members. */
  readonly attempts: number;
}

/** A state before `start`. */
export function emptyState(): CcmState {
  return {
    node: "",
    incarnation: 0,
    promised: 0,
    promisedAtMs: 0,
    startedAtMs: 0,
    roundsSpent: 0,
    pending: undefined,
    electorates: begun([]),
    beforeOwn: undefined,
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
    missed: new Map(),
    lacking: 0,
    quickRepeats: 0,
    withholding: new Map(),
    accused: undefined,
    doubted: 0,
    recovers: 0,
    stopping: false,
    refusals: new Refusals(),
  };
}

/**
 * The configuration with all times filled in.
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
    withholdMs: Math.max(15_000, Math.max(1_000, deadtimeMs) * 8),
    withheldForMs: 300_000,
    accusedForMs: 90_000,
    ...config,
    nodes: [...nodes].sort(),
    quorum,
  };
}

/** Whether two lists of members are equal. */
export function sameMembers(one: readonly ViewMember[], other: readonly ViewMember[]): boolean {
  return one.length === other.length && one.every((member, at) => {
    const against = other[at]!;
    return member.node === against.node && member.incarnation === against.incarnation &&
      member.bornOn === against.bornOn;
  });
}
