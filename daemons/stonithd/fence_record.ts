/**
 * One finished fencing, as every node remembers it.
 *
 * @module
 */
import type { FenceAction } from "./fence_action.ts";

/** Records of one message. */
export const recordsMax = 16;
/** Characters of a detail in a message to another node. */
export const recordDetailMax = 300;

/** What a finished request is remembered as. */
export interface FenceRecord {
  readonly target: string;
  readonly action: FenceAction;
  readonly ok: boolean;
  readonly delegate: string;
  /** The devices that confirmed it; empty if that is not known. */
  readonly device: string;
  /** The first asker, as text; empty if another node carried it out for itself. */
  readonly asker: string;
  readonly detail: string;
  readonly tookMs: number;
  readonly wallMs: number;
  /** Why it was asked for, in the requester's words. */
  readonly reason?: string;
  /** Names the execution, on all nodes: two records of it are one. */
  readonly execution?: string;
  /** The life that was to be ended, where it is known. */
  readonly incarnation?: number;
}
