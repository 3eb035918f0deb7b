/**
 * The working set: everything the policy engine knows about a cluster, as one typed model.
 *
 * `unpack/` fills it from a CIB; `place/`, `act/`, `order/` write into the fields under "engine";
 * `graph/` reads the result. The words are Pacemaker's (Pacemaker Explained, 2.1). The model is
 * mutable on purpose: it is the engine's private state for one run and never leaves it.
 *
 * @module
 */
import type { XmlElement } from "../../../metadata/xml/mod.ts";
import type { Diagnostic } from "../../../metadata/diagnostic.ts";
import type { Ban, Failure, HistoryEntry, ResourceHistory } from "./history.ts";
import type {
  Action,
  Colocation,
  ColocationSteps,
  LocationConstraint,
  Node,
  Resource,
  TicketConstraint,
} from "./linked.ts";
import type { ClusterOptions } from "./options.ts";
import type { OrderConstraint, Ordering } from "./order.ts";
import type { Ticket } from "./ticket.ts";

/** One level of a fencing topology. */
export interface FencingLevel {
  readonly index: number;
  readonly target: string;
  readonly devices: readonly string[];
}

/** The whole working set. */
export interface WorkingSet {
  readonly cib: XmlElement;
  /** Seconds since 1970. */
  readonly nowS: number;
  /** Seconds by which local time is ahead of UTC at a time: for dates that name no zone. */
  readonly zone: (timeS: number) => number;
  readonly options: ClusterOptions;
  readonly diagnostics: Diagnostic[];
  quorate: boolean;
  dcNode?: Node;
  readonly nodes: Node[];
  readonly nodeById: Map<string, Node>;
  readonly nodeByName: Map<string, Node>;
  /** Top level, in the order of the CIB; orphans last. */
  readonly resources: Resource[];
  /** Every resource and instance by id. */
  readonly resourceById: Map<string, Resource>;
  readonly templates: Map<string, { readonly element: XmlElement; readonly users: string[] }>;
  readonly tags: Map<string, readonly string[]>;
  readonly tickets: Map<string, Ticket>;
  readonly locations: LocationConstraint[];
  readonly colocations: Colocation[];
  readonly orders: OrderConstraint[];
  readonly ticketConstraints: TicketConstraint[];
  readonly topology: FencingLevel[];
  /** By node, then by recorded resource id. */
  readonly history: Map<Node, Map<string, ResourceHistory>>;
  readonly failures: Failure[];
  /** Results that forbid nodes, for people: the scores hold them already. */
  readonly bans: Ban[];
  /** Nodes to be fenced and why, in the order in which that was found. */
  readonly toFence: {
    readonly node: Node;
    readonly text: string;
    readonly priorityDelay: boolean;
  }[];
  /** Fail counts that have expired or were made void and are to be cleared. */
  readonly clearFailCounts: {
    readonly resource: Resource;
    readonly node: Node;
    readonly reason: string;
    /** A guest node that could be reached when this was found. */
    readonly reachable: boolean;
    readonly taskKey?: string;
  }[];
  /**
   * Failures of connections whose parameters are known only once their containers are placed: if
   * they have changed, the fail count is to be cleared (`clearsAfterPlacement`).
   */
  readonly checkAfterPlacement: {
    readonly resource: Resource;
    readonly node: Node;
    readonly entry: HistoryEntry;
  }[];
  /** Stops and demotions that failures in the history demand, in the order they were found. */
  readonly demanded: {
    readonly task: "stop" | "demote";
    readonly resource: Resource;
    readonly node: Node;
    /** It was done since: the action is known, but not required by this. */
    readonly done?: boolean;
  }[];
  /** Histories to be cleared, since the lock they kept has expired. */
  readonly clearHistory: { readonly resource: Resource; readonly node: Node }[];
  /** At least one fence device is configured. */
  haveStonithResource: boolean;
  haveRemoteNodes: boolean;
  /** A device configured to unfence nodes exists. */
  enableUnfencing: boolean;
  /** Seconds since 1970 at which something (rule, fail count, lock) changes by time alone. */
  recheckByS?: number;
  blockedResources: number;
  disabledResources: number;

  // engine
  readonly colocationSteps: ColocationSteps;
  readonly actions: Action[];
  readonly singletons: Map<string, Action>;
  readonly orderings: Ordering[];
  maxValidNodes: number;
  nextOrderId: number;
}
