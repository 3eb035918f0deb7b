/**
 * Resources: primitives, groups, clones, bundles, and where each may run.
 *
 * @module
 */
import type { XmlElement } from "../../../metadata/xml/mod.ts";
import type { Action } from "./action.ts";
import type { Colocation, LocationConstraint, TicketConstraint } from "./constraint.ts";
import type { Node } from "./node.ts";
import type { Notification } from "./notification.ts";
import type { OperationDef } from "./operation.ts";
import type { Role } from "./role.ts";

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
  /** Its instances have places, and are being given roles. */
  choosesRoles: boolean;
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
  /** Next role before its parent set one. */
  promotionScore?: number;
  sortIndex: number;
  restarting: boolean;
  startedByRestart: boolean;
}
