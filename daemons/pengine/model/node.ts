/**
 * Nodes: of the cluster, remote, and guests.
 *
 * @module
 */
import type { Discovery, Resource } from "./resource.ts";

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
