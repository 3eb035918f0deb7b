/**
 * What resources are described with.
 *
 * @module
 */

/** How probes treat a node for one resource. */
export type Discovery = "always" | "never" | "exclusive";

/** An agent. */
export interface Agent {
  readonly class: string;
  readonly provider?: string;
  readonly type: string;
}

/** What to do with a resource that is active more than once. */
export type MultipleActive = "stop_start" | "stop_only" | "block" | "stop_unexpected";

/** What a group adds. */
export interface GroupData {
  /** False once `ordered=false` was written. */
  readonly ordered: boolean;
  readonly colocated: boolean;
}
