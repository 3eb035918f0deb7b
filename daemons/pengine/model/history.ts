/**
 * What agents did, as the status section has it.
 *
 * @module
 */
import type { XmlElement } from "../../../metadata/xml/mod.ts";
import type { Node, Resource } from "./linked.ts";

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

/** A result that by itself forbids nodes to a resource, whatever its fail count is. */
export interface Ban {
  readonly resource: Resource;
  /** Where the operation had this result. */
  readonly node: Node;
  readonly entry: HistoryEntry;
  /** It forbids every node, not this one alone. */
  readonly everywhere: boolean;
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
