/**
 * All that a local resource manager knows.
 *
 * @module
 */
import type { AgentName, LrmOperation, LrmResult } from "../runtime/messages.ts";

/** What the operator chooses. */
export interface LrmdConfig {
  /** Plugin of kind `ra` for each class of agents: `{ deno: "ra/deno", ocf: "ra/ocf" }`. */
  readonly classes: Readonly<Record<string, { readonly plugin: string; readonly config: unknown }>>;
  /** Operations that run at once at most. */
  readonly parallelMax: number;
}

/** One operation that waits or runs. */
export interface Task {
  readonly number: number;
  /** The id to answer; none for a repetition. */
  id?: string;
  operation: LrmOperation;
  /** When it was ordered, or was due. */
  readonly queuedAt: number;
  startedAt?: number;
  /** It was made void while it ran: its plugin was asked to end it, and its result counts nothing. */
  isVoid?: true;
}

/** A recurring operation. */
export interface Recurring {
  readonly operation: LrmOperation;
  /** Result code last reported; only a change is news. */
  reported?: number;
  /** One of the moments at which it is due: the others are whole intervals away. */
  anchorMs?: number;
}

/** A resource that this node was asked to do something with. */
export interface Resource {
  readonly waiting: Task[];
  /** Operations whose delay is not over, by number: nothing waits for them. */
  readonly delayed: Map<number, Task>;
  running?: Task;
  readonly recurring: Map<string, Recurring>;
  readonly history: Map<string, LrmResult>;
  /** The promotion score that attrd has of it; null: that there is none. */
  promotion?: number | null;
  /** A stonith resource has no process: whether it was started is known here alone. */
  started: boolean;
}

/** What is known of a class: ready, being loaded, or why it cannot be used. */
export type ClassState = "loading" | "ready" | { readonly failed: string };

/** Everything an lrmd knows. */
export interface LrmdState {
  readonly config: LrmdConfig;
  readonly resources: Map<string, Resource>;
  /** Classes that were needed so far. */
  readonly classes: Map<string, ClassState>;
  /** Resources with something to do, in the order they asked. */
  readonly ready: Set<string>;
  /** The cib's questions about agents, by the call that asks their plugin. */
  readonly describing: Map<string, string>;
  /** Those whose class is being loaded. */
  undescribed: readonly { readonly id: string; readonly agent: AgentName }[];
  running: number;
  lastNumber: number;
  lastCall: number;
  wallOffsetMs: number;
  stopping: boolean;
}

/** The name under which an operation and its history are known: `web_monitor_10000`. */
export const operationKey = (resource: string, action: string, intervalMs: number): string =>
  `${resource}_${action}_${intervalMs}`;

/** What is known of a resource; nothing so far. */
export function resourceOf(state: LrmdState, id: string): Resource {
  let resource = state.resources.get(id);
  if (resource === undefined) {
    resource = {
      waiting: [],
      delayed: new Map(),
      recurring: new Map(),
      history: new Map(),
      started: false,
    };
    state.resources.set(id, resource);
  }
  return resource;
}

/** All last results, by resource and operation. */
export function history(state: LrmdState): readonly LrmResult[] {
  const results: LrmResult[] = [];
  for (const id of [...state.resources.keys()].sort()) {
    const resource = state.resources.get(id)!;
    for (const key of [...resource.history.keys()].sort()) results.push(resource.history.get(key)!);
  }
  return results;
}
