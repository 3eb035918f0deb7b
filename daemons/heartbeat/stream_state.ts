/**
 * The state of the stream, which carries messages between services of our own nodes.
 *
 * Each node numbers its packets once for all readers, keeps them until every living reader has
 * acknowledged them, and sends missing ones again. A reader holds back packets that arrive too
 * early. So messages of one sender arrive in order, once, on every node that stays alive.
 *
 * @module
 */
import type { WrittenNames } from "./stream_item.ts";

/** Our packets. */
export interface Outgoing {
  /** Number of the next packet. */
  next: number;
  /** Packets that some reader has not acknowledged, oldest first; the first has number `low`. */
  low: number;
  readonly kept: KeptPacket[];
  /** Messages that wait for the window, oldest first, from `queueAt` on. */
  readonly queue: QueuedMessage[];
  queueAt: number;
  queueBytes: number;
  /** What the writer of packets remembers. */
  readonly written: WrittenNames;
  /** Bytes of all packets so far. */
  bytes: number;
  /** Messages came since the last look at the queue. */
  owed: boolean;
  /** Number of the last session that was offered to a reader. */
  lastSession: number;
  /** Bytes of one of our packets, once the configured size was found to be more than a link takes. */
  packetBytes: number | undefined;
}

/** A packet that may have to be sent again. */
export interface KeptPacket {
  /** Encoded, not signed. */
  readonly frame: Uint8Array;
  /** Bytes of all packets before it. */
  readonly before: number;
  sentAt: number;
  tries: number;
}

/** A message on its way out, perhaps already in part. */
export interface QueuedMessage {
  /** A node, or `*`. */
  readonly node: string;
  readonly to: string;
  readonly from: string;
  readonly body: Uint8Array;
  /** Name of the compression; empty: none. */
  readonly packing: string;
  /** Bytes that have gone. */
  offset: number;
}

/** What one node has of our packets. */
export interface Reader {
  /** A session begins at a packet and lasts until we give the reader up. */
  readonly session: number;
  readonly base: number;
  /** Whether it has confirmed the session. */
  confirmed: boolean;
  /**
   * It had a session in this life, and no death of it was shown: messages are meant for it from the
   * offer on. To one that is new they are only meant once it has confirmed.
   */
  readonly renewed: boolean;
  /** The number it expects next; all below it has come. */
  acked: number;
  /** When it last said something new, or had nothing to say. */
  progressAt: number;
}

/** What we have of another node's packets. */
export interface Incoming {
  readonly session: number;
  /** The number that is expected next. */
  next: number;
  /** Payloads that came too early, by number. */
  readonly held: Map<number, Uint8Array>;
  /** Packets since the last acknowledgement, and their bytes. */
  unacked: number;
  unackedBytes: number;
  /** The message whose fragments are coming. */
  partial: PartialMessage | undefined;
  /** Bytes that the messages of the last packet, and of those that it released, were unpacked to. */
  unpackedBytes: number;
  /** A compression that a message of this session was packed with, and that could not be unpacked. */
  refused: string | undefined;
}

/** A message of which some fragments are still to come. */
export interface PartialMessage {
  readonly to: string;
  readonly from: string;
  /** Name of the compression; empty: none. */
  readonly packing: string;
  readonly chunks: Uint8Array[];
  bytes: number;
}
