/**
 * Resources, nodes, actions and the constraints between them. Each of them leads to the others: a
 * resource knows where it runs, a node what runs there, an action whose it is and what comes before
 * it. Types that refer to each other stand in one file, so that no two files import each other.
 *
 * @module
 */
import type { XmlElement } from "../../../metadata/xml/mod.ts";
import type { Needs, OperationDef } from "./operation.ts";
import type { Agent, Discovery, GroupData, MultipleActive } from "./resource_parts.ts";
import type { Role } from "./role.ts";
import type { LossPolicy, Ticket } from "./ticket.ts";

// Resources: primitives, groups, clones, bundles, and where each may run.

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
  /** Both with those of what it belongs to; made when first asked for (`place/colocations_of.ts`). */
  colocated: {
    asDependent?: readonly Colocation[];
    asPrimary?: readonly Colocation[];
  };
  readonly tickets: TicketConstraint[];

  // engine
  readonly allowed: Map<Node, Candidate>;
  allocatedTo?: Node;
  provisional: boolean;
  allocating: boolean;
  /** Its scores are being merged into those of another. */
  merging: boolean;
  readonly actions: Action[];
  /** The same by key, since almost every step asks for some of them. */
  readonly actionsByKey: Map<string, Action[]>;
  /** Next role before its parent set one. */
  promotionScore?: number;
  sortIndex: number;
  restarting: boolean;
}

/** A node as one resource sees it. */
export interface Candidate {
  readonly node: Node;
  score: number;
  discovery: Discovery;
  /** Clone instances placed here so far. */
  count: number;
}

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
  /** Its instances have places, and are being given roles. */
  choosesRoles: boolean;
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

// Nodes: of the cluster, remote, and guests.

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
  /** Of remote nodes: whether the executor was informed of maintenance. */
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

// Actions of the transition in the making, and how they are ordered.

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
  implied: boolean;
  migrateRunnable: boolean;
  dangle: boolean;
  rescheduled: boolean;
  dumped: boolean;
  requiresAny: boolean;
  needs: Needs;
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
}

/** An edge between two actions. `type` is a set of order flags (`order/flags.ts`). */
export interface Relation {
  type: number;
  readonly action: Action;
  /** Written to the graph. */
  written: boolean;
}

// Constraints.

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
  /** Configured, rather than following from what the resources are. */
  readonly explicit: boolean;
  /** What scores along colocations may still cost: one count for the whole set. */
  readonly steps: ColocationSteps;
}

/** See `place/colocation_steps.ts`. */
export interface ColocationSteps {
  left: number;
  /** Every node has a name of its own, and none is a guest: a name stands for its node. */
  byNode: boolean;
}

/** A resource that depends on a ticket; sets are already unfolded. */
export interface TicketConstraint {
  readonly id: string;
  readonly ticket: Ticket;
  readonly resource: Resource;
  readonly role: Role;
  readonly lossPolicy: LossPolicy;
}

// Notifications: what instances of a clone receive before and after an action.

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
