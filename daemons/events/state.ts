/**
 * All that the events of a node know.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { Replica } from "../cib/doors/document.ts";
import type { AlertConfig, ClusterEvent, Message } from "../runtime/messages.ts";
import type { Refusals } from "../runtime/refusals.ts";

/** Events that are one file on disk. */
export interface Segment {
  /** Its place among all segments that this node has ever kept. */
  readonly number: number;
  /** Sequence number of its last event. */
  last: number;
  count: number;
  bytes: number;
  /** One event a line, as JSON. */
  lines: string[];
}

/** A fencing that was heard of. */
export interface Heard {
  readonly key: string;
  readonly at: number;
}

/** Everything that it knows. */
export interface EventsState {
  self: string;
  wallOffsetMs: number;
  readonly replica: Replica;
  /** The oldest first. */
  readonly segments: Segment[];
  /** Sequence number of the next event. */
  next: number;
  /** Numbers of segments that are not on disk as they are. */
  readonly unsaved: Set<number>;
  flushing: boolean;
  /** By node: the life in which it is a member; undefined before the first view. */
  members: ReadonlyMap<string, number> | undefined;
  quorate: boolean | undefined;
  /** Results that were in the CIB once, oldest first. */
  readonly gone: Set<string>;
  readonly fencings: Heard[];
  /** What `alerts` has; undefined: it does not run, or has not been given anything. */
  alerts: readonly AlertConfig[] | undefined;
  /** The section that they were read from. */
  section: XmlElement | undefined;
  /** Whether the machine that calls notifiers runs. */
  alertsUp: boolean;
  readonly refusals: Refusals;
}

/** An event as its source knows it. */
export type Happened = Omit<ClusterEvent, "sequence" | "wallMs">;

/** Where a message comes from. */
export interface From {
  readonly node: string;
  readonly service: string;
}

/** A message of one type. */
export type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;
