/**
 * Actions of the transition in the making, and how they are ordered.
 *
 * @module
 */
import type { Node } from "./node.ts";
import type { Needs, OnFail, OperationDef } from "./operation.ts";
import type { Resource } from "./resource.ts";
import type { Role } from "./role.ts";

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
