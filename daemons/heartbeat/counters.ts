/**
 * Counts of events, for `status/query`.
 *
 * @module
 */
import type { Refusal } from "./codecs.ts";

/** Why an authentic packet was dropped. */
export type Drop =
  | "own echo"
  | "namesake"
  | "second of a name"
  | "stranger"
  | "wrong cluster"
  | "old generation"
  | "new generation"
  | "duplicate"
  | "replayed"
  | "incomplete"
  | "dead"
  | "no reader"
  | "no room";

/** Counters of one life. */
export interface Counters {
  packetsIn: number;
  packetsOut: number;
  bytesIn: number;
  bytesOut: number;
  messagesIn: number;
  messagesOut: number;
  resent: number;
  /** Messages passed on from one serial line to the other. */
  passedOn: number;
  readonly refused: Record<Refusal | "not a peer", number>;
  readonly dropped: Record<Drop, number>;
}

/** All at zero. */
export const counters = (): Counters => ({
  packetsIn: 0,
  packetsOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  messagesIn: 0,
  messagesOut: 0,
  resent: 0,
  passedOn: 0,
  refused: {
    "not a peer": 0,
    "oversized": 0,
    "unsigned": 0,
    "unknown key": 0,
    "wrong signature": 0,
    "malformed": 0,
    "unpackable": 0,
  },
  dropped: {
    "own echo": 0,
    "namesake": 0,
    "second of a name": 0,
    "stranger": 0,
    "wrong cluster": 0,
    "old generation": 0,
    "new generation": 0,
    "duplicate": 0,
    "replayed": 0,
    "incomplete": 0,
    "dead": 0,
    "no reader": 0,
    "no room": 0,
  },
});
