/**
 * The working set: everything the policy engine knows about a cluster, as one typed model.
 *
 * `unpack/` fills it from a CIB; `place/`, `act/`, `order/` write into the fields under "engine";
 * `graph/` reads the result. The words are Pacemaker's (Pacemaker Explained, 2.1). The model is
 * mutable on purpose: it is the engine's private state for one run and never leaves it.
 *
 * @module
 */
import type { XmlElement } from "../../metadata/xml/mod.ts";

/** The greatest score; sums are clamped to it, and minus it wins over it. */
export const INFINITY = 1_000_000;

/** Roles in their order, so that they can be compared. */
export const Role = {
  unknown: 0,
  stopped: 1,
  started: 2,
  unpromoted: 3,
  promoted: 4,
} as const;
/** One of the roles. */
export type Role = (typeof Role)[keyof typeof Role];

/** A problem of the configuration or status, for people. Never thrown. */
export interface Diagnostic {
  /** An error: a part of the configuration cannot be used; a warning: it is used otherwise. */
  readonly severity: "error" | "warning" | "info";
  /** The element it is about, by id where it has one, else by name. */
  readonly element: string;
  /** Line of the CIB, where known. */
  readonly line?: number;
  /** What is wrong, with the value quoted, why, and how to mend it. */
  readonly message: string;
}

/** Cluster options, typed, defaults filled in. */
export interface ClusterOptions {
  /** Every option as written, for those that the engine merely passes on. */
  readonly raw: ReadonlyMap<string, string>;
  readonly symmetric: boolean;
  readonly noQuorumPolicy: "stop" | "freeze" | "ignore" | "demote" | "suicide";
  readonly stonithEnabled: boolean;
  readonly stonithAction: "reboot" | "off";
  readonly stonithTimeoutMs: number;
  readonly stonithWatchdogTimeoutMs: number;
  readonly haveWatchdog: boolean;
  readonly concurrentFencing: boolean;
  readonly startupFencing: boolean;
  readonly priorityFencingDelayMs: number;
  readonly removeAfterStop: boolean;
  readonly stopAllResources: boolean;
  readonly stopOrphanResources: boolean;
  readonly stopOrphanActions: boolean;
  readonly maintenanceMode: boolean;
  readonly startFailureIsFatal: boolean;
  readonly enableStartupProbes: boolean;
  readonly placementStrategy: "default" | "utilization" | "minimal" | "balanced";
  readonly nodeHealthStrategy: "none" | "migrate-on-red" | "only-green" | "progressive" | "custom";
  readonly nodeHealthBase: number;
  readonly nodeHealthGreen: number;
  readonly nodeHealthYellow: number;
  readonly nodeHealthRed: number;
  /** As written ("60s"): the graph's header repeats it. */
  readonly clusterDelay: string;
  readonly batchLimit: number;
  /** -1: no bound. */
  readonly migrationLimit: number;
  readonly shutdownLock: boolean;
  /** 0: no limit. */
  readonly shutdownLockLimitMs: number;
}

/** A cluster node, a remote node (its own machine), or a guest (inside a resource). */
export interface Node {
  readonly id: string;
  readonly name: string;
  kind: "cluster" | "ping" | "remote" | "guest";
  /** Permanent and transient attributes, and `#uname`, `#id`, `#kind`, `#is_dc`, `#cluster-name`, `#site-name`. */
  readonly attributes: Map<string, string>;
  readonly utilization: Map<string, number>;
  /** Score that every resource starts with here: the node's own, before health is added. */
  score: number;
  online: boolean;
  pending: boolean;
  unclean: boolean;
  /** Never seen: it has no node state at all. */
  unseen: boolean;
  shutdown: boolean;
  expectedUp: boolean;
  isDc: boolean;
  standby: boolean;
  standbyOnFail: boolean;
  maintenance: boolean;
  /** Of remote nodes: whether the executor was told of maintenance. */
  remoteMaintenance: boolean;
  /** `resource-discovery-enabled`. */
  discoveryEnabled: boolean;
  /** How resources that have no score of their own here are probed here: not, in a bundle's guest. */
  discovery: Discovery;
  unpacked: boolean;
  /** Of remote nodes: the connection must be reset, its resources recovered. */
  remoteRequiresReset: boolean;
  remoteWasFenced: boolean;
  /** Of remote and guest nodes: the resource that is the connection. */
  connection?: Resource;
  /** Sum of health attributes, and whether health forbids this node. */
  healthScore: number;
  /** Why the node is to be fenced, in the order the reasons were found. */
  readonly fenceReasons: { readonly text: string; readonly priorityDelay: boolean }[];
  /** Active primitives. */
  readonly running: Resource[];

  // engine
  readonly allocated: Resource[];
  /** How many resources run or will run here. */
  resourceCount: number;
  /** Utilization that is still free. */
  readonly free: Map<string, number>;
  /** Sum of the priorities of what is active here. */
  priority: number;
}

/** How probes treat a node for one resource. */
export type Discovery = "always" | "never" | "exclusive";

/** A node as one resource sees it. */
export interface Candidate {
  readonly node: Node;
  score: number;
  discovery: Discovery;
  /** Clone instances placed here so far. */
  count: number;
}

/** An agent. */
export interface Agent {
  readonly class: string;
  readonly provider?: string;
  readonly type: string;
}

/** One `<op>` of a resource. */
export interface OperationDef {
  readonly element: XmlElement;
  readonly id: string;
  readonly name: string;
  readonly intervalMs: number;
  /** Role as written on the `<op>` element. */
  readonly role?: Role;
  readonly enabled: boolean;
}

/** What a failed operation leads to. */
export type OnFail =
  | "ignore"
  | "block"
  | "demote"
  | "recover"
  | "ban"
  | "stop"
  | "standby"
  | "fence"
  | "restart-container"
  | "reset-remote";

/** What an action needs before it may run. */
export type Needs = "nothing" | "quorum" | "fencing";

/** Meta-attributes and meaning of one operation of one resource, all sources merged. */
export interface OperationOptions {
  /** Merged meta-attributes (op element, its meta_attributes, op_defaults), `timeout` in ms as decimal text. */
  readonly meta: Map<string, string>;
  /** Instance attributes of the operation, given to the agent beside those of the resource. */
  readonly extra: ReadonlyMap<string, string>;
  readonly timeoutMs: number;
  readonly startDelayMs: number;
  readonly intervalMs: number;
  readonly needs: Needs;
  readonly onFail: OnFail;
  /** Role after a failure. */
  readonly failRole: Role;
}

/** What to do with a resource that is active more than once. */
export type MultipleActive = "stop_start" | "stop_only" | "block" | "stop_unexpected";

/** What a clone adds to a resource. */
export interface CloneData {
  /** `clone-max`: instances wanted. */
  max: number;
  nodeMax: number;
  min: number;
  promotedMax: number;
  promotedNodeMax: number;
  interleave: boolean;
  ordered: boolean;
  /** The XML of the resource that is cloned. */
  readonly childElement: XmlElement;
  /** Instances numbered so far, orphans too. */
  totalClones: number;
  /** `notify` when notifications of stops are held against those of starts: engine. */
  stopNotify?: Notification;
  startNotify?: Notification;
  promoteNotify?: Notification;
  demoteNotify?: Notification;
  promotedCount: number;
}

/** What a group adds. */
export interface GroupData {
  /** False once `ordered=false` was written. */
  readonly ordered: boolean;
  readonly colocated: boolean;
}

/** One replica of a bundle. */
export interface Replica {
  readonly offset: number;
  readonly container: Resource;
  readonly ip?: Resource;
  readonly ipAddress?: string;
  readonly remote?: Resource;
  /** The instance of the bundled resource that lives in this container. */
  child?: Resource;
  /** The guest node that the container is. */
  node?: Node;
}

/** What a bundle adds. */
export interface BundleData {
  readonly technology: "docker" | "rkt" | "podman";
  readonly promotedMax: number;
  readonly replicasPerHost: number;
  readonly replicaCount: number;
  /** The clone made of the bundled resource. */
  child?: Resource;
  readonly replicas: Replica[];
  readonly addHost: boolean;
}

/** A resource of any kind, or an instance of one. */
export interface Resource {
  /** With the instance number (`drbd:1`). */
  readonly id: string;
  /** The name under which its history was recorded, if any was; else its id. */
  historyId: string;
  readonly variant: "primitive" | "group" | "clone" | "bundle";
  /** The configuration with its template merged in. For orphans: made from the history. */
  readonly element: XmlElement;
  readonly agent?: Agent;
  /** Meta-attributes, merged with those of parents and defaults, rules applied. */
  meta: Map<string, string>;
  parent?: Resource;
  readonly children: Resource[];
  readonly operations: OperationDef[];
  /** Recurring operations of which another has the same name and interval: none is carried out. */
  readonly ambiguousOperations: OperationDef[];
  readonly utilization: Map<string, number>;
  clone?: CloneData;
  group?: GroupData;
  bundle?: BundleData;

  // configuration
  /** `priority`. */
  priority: number;
  stickiness: number;
  migrationThreshold: number;
  failureTimeoutMs: number;
  remoteReconnectMs: number;
  multipleActive: MultipleActive;
  restartType: "ignore" | "restart";
  managed: boolean;
  maintenance: boolean;
  critical: boolean;
  notify: boolean;
  globallyUnique: boolean;
  promotable: boolean;
  allowMigrate: boolean;
  allowRemoteRemotes: boolean;
  /** Class stonith. */
  fenceDevice: boolean;
  /** It is the connection to a remote or guest node. */
  remoteConnection: boolean;
  needsQuorum: boolean;
  needsFencing: boolean;
  needsUnfencing: boolean;
  exclusiveDiscovery: boolean;
  /** In a container (guest node or bundle): the container; and the other way round. */
  container?: Resource;
  readonly fillers: Resource[];
  /** Of connections: the node connected to. */
  remoteNode?: Node;

  // status
  orphan: boolean;
  /** An orphan that lived in a container. */
  removedFiller: boolean;
  /** May not be touched. */
  blocked: boolean;
  failed: boolean;
  failureIgnored: boolean;
  startPending: boolean;
  /** Must be stopped first (and started again, if it may). */
  stop: boolean;
  stopUnexpected: boolean;
  role: Role;
  nextRole: Role;
  /** Why the next role was set, for people. */
  nextRoleReason?: string;
  readonly runningOn: Node[];
  /** Nodes where its state is known. */
  readonly knownOn: Set<Node>;
  pendingTask?: string;
  pendingNode?: Node;
  partialMigrationSource?: Node;
  partialMigrationTarget?: Node;
  /** Sources of migrations that were never finished. */
  readonly danglingMigrations: Node[];
  lockNode?: Node;
  lockTimeS?: number;

  // constraints
  readonly locations: LocationConstraint[];
  /** Colocations in which it is the dependent. */
  readonly withThis: Colocation[];
  /** Colocations in which it is the primary. */
  readonly thisWith: Colocation[];
  readonly tickets: TicketConstraint[];

  // engine
  readonly allowed: Map<Node, Candidate>;
  allocatedTo?: Node;
  provisional: boolean;
  allocating: boolean;
  readonly actions: Action[];
  /** Next role before its parent set one. */
  promotionScore?: number;
  sortIndex: number;
  restarting: boolean;
  startedByRestart: boolean;
}

/** Location, rules and dates already evaluated. */
export interface LocationConstraint {
  readonly id: string;
  readonly resource: Resource;
  /** Applies only to this role; unknown: to any. */
  readonly role: Role;
  readonly scores: Map<Node, number>;
  readonly discovery: Discovery;
}

/** Colocation of two resources; sets are already unfolded to pairs. */
export interface Colocation {
  readonly id: string;
  readonly dependent: Resource;
  readonly primary: Resource;
  readonly score: number;
  readonly dependentRole: Role;
  readonly primaryRole: Role;
  /** The node attribute that has to be equal; `#uname` by default. */
  readonly nodeAttribute: string;
  /** Whether the dependent's preferences move the primary. */
  readonly influence: boolean;
}

/** Order of two resources. */
export interface OrderPair {
  readonly type: "pair";
  readonly id: string;
  readonly first: Resource;
  readonly then: Resource;
  readonly firstAction: string;
  readonly thenAction: string;
  readonly kind: OrderKind;
  /** As written; undefined if not, since the default depends on the kind. */
  readonly symmetrical: boolean;
  readonly requireAll: boolean;
  /** Instance numbers given with the deprecated `first-instance`, `then-instance`. */
  readonly firstInstance?: string;
  readonly thenInstance?: string;
}

/** How strict an order is. */
export type OrderKind = "mandatory" | "optional" | "serialize";

/** One `<resource_set>` of an order. */
export interface OrderSet {
  readonly id: string;
  readonly resources: readonly Resource[];
  readonly sequential: boolean;
  readonly requireAll: boolean;
  readonly action: string;
  readonly kind: OrderKind;
  readonly symmetrical: boolean;
}

/** Order of sets. */
export interface OrderSets {
  readonly type: "sets";
  readonly id: string;
  readonly kind: OrderKind;
  readonly symmetrical: boolean;
  readonly sets: readonly OrderSet[];
}

/** An order constraint as configured. */
export type OrderConstraint = OrderPair | OrderSets;

/** What happens when a ticket is lost. */
export type LossPolicy = "stop" | "demote" | "fence" | "freeze";

/** A resource that depends on a ticket; sets are already unfolded. */
export interface TicketConstraint {
  readonly id: string;
  readonly ticket: Ticket;
  readonly resource: Resource;
  readonly role: Role;
  readonly lossPolicy: LossPolicy;
}

/** A ticket. */
export interface Ticket {
  readonly id: string;
  granted: boolean;
  standby: boolean;
  lastGrantedS?: number;
  readonly state: Map<string, string>;
}

/** One recorded operation. */
export interface HistoryEntry {
  readonly element: XmlElement;
  readonly id: string;
  /** Operation key as recorded. */
  readonly key: string;
  readonly task: string;
  readonly intervalMs: number;
  readonly callId: number;
  /** Execution status: 0 done, -1 pending, 1 cancelled, 2 timeout, 3 not supported, 4 error, ... */
  readonly status: number;
  readonly rc: number;
  readonly targetRc: number;
  readonly lastChangeS?: number;
  readonly migrateSource?: string;
  readonly migrateTarget?: string;
  readonly digest?: string;
  readonly restartDigest?: string;
  readonly secureDigest?: string;
  readonly restartParameters?: string;
  readonly secureParameters?: string;
}

/** History of one resource on one node. */
export interface ResourceHistory {
  readonly node: Node;
  /** As recorded: `lrm_resource` id. */
  readonly id: string;
  readonly element: XmlElement;
  /** Entries in the order in which they happened. */
  readonly entries: readonly HistoryEntry[];
  /** The resource it was matched to (an instance, for clones). */
  resource?: Resource;
}

/** A recorded failure, for people. */
export interface Failure {
  readonly node: Node;
  readonly resource: Resource | undefined;
  readonly entry: HistoryEntry;
}

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
  readonly actions: Action[];
  readonly actionsByKey: Map<string, Action[]>;
  readonly singletons: Map<string, Action>;
  readonly orderings: Ordering[];
  maxValidNodes: number;
  nextOrderId: number;
}

/** An action of the transition in the making. */
export interface Action {
  /** In the order of creation, from 1. */
  readonly id: number;
  /** `start`, `stop`, ...; changes only when a reload becomes a restart and the like. */
  task: string;
  /** Operation key (`resource_task_intervalMs`). */
  key: string;
  cancelTask?: string;
  readonly resource?: Resource;
  node?: Node;
  reason?: string;
  /** Mark in time: no work to do. */
  pseudo: boolean;
  optional: boolean;
  runnable: boolean;
  /** Written to the graph at all; false while it is only thought of. */
  printAlways: boolean;
  haveNodeAttributes: boolean;
  implied: boolean;
  migrateRunnable: boolean;
  failureIsFatal: boolean;
  mayFail: boolean;
  dangle: boolean;
  processed: boolean;
  rescheduled: boolean;
  reloadable: boolean;
  dedup: boolean;
  dumped: boolean;
  requiresAny: boolean;
  tracking: boolean;
  needs: Needs;
  onFail: OnFail;
  failRole: Role;
  priority: number;
  intervalMs: number;
  startDelayMs: number;
  meta: Map<string, string>;
  /** Extra attributes of the graph's action (not meta). */
  readonly extra: Map<string, string>;
  readonly operation?: OperationDef;
  /** Actions that come before, and after. */
  readonly before: Relation[];
  readonly after: Relation[];
  /** For "any of": how many of the first actions are runnable, and how many are needed. */
  runnableBefore: number;
  requiredRunnableBefore: number;
  /** Digest check of fencing, for unfencing. */
  readonly nodeAttributes: Map<string, string>;
}

/** An edge between two actions. `type` is a set of order flags (`order/flags.ts`). */
export interface Relation {
  type: number;
  readonly action: Action;
  /** Written to the graph. */
  written: boolean;
}

/** An ordering between tasks, before it is applied to actions. */
export interface Ordering {
  readonly id: number;
  type: number;
  first: Action | undefined;
  firstResource: Resource | undefined;
  firstTask: string | undefined;
  then: Action | undefined;
  thenResource: Resource | undefined;
  thenTask: string | undefined;
}

/** Notifications around one task of a clone. */
export interface Notification {
  readonly action: string;
  readonly keys: Map<string, string>;
  readonly active: NotificationEntry[];
  readonly inactive: NotificationEntry[];
  readonly start: NotificationEntry[];
  readonly stop: NotificationEntry[];
  readonly demote: NotificationEntry[];
  readonly promote: NotificationEntry[];
  readonly promoted: NotificationEntry[];
  readonly unpromoted: NotificationEntry[];
  pre?: Action;
  post?: Action;
  preDone?: Action;
  postDone?: Action;
}

/** An instance and where it is. */
export interface NotificationEntry {
  readonly resource: Resource;
  readonly node: Node | undefined;
}

/** How a fail count is asked for. */
export interface FailCountQuery {
  /** Leave out failures that have timed out. */
  readonly effective: boolean;
  /**
   * For the migration threshold: add those of what lives in this container, and leave out what is
   * about to be cleared.
   */
  readonly fillers: boolean;
  /** Only of this operation key's task and interval. */
  readonly entry?: HistoryEntry;
}

/** How two digests compare. */
export interface DigestResult {
  /** `match`, `restart` (a parameter that needs a restart), `reload`, `unknown` (nothing recorded). */
  readonly result: "match" | "restart" | "reload" | "unknown";
  readonly all: string;
  readonly restart?: string;
  readonly secure?: string;
}
