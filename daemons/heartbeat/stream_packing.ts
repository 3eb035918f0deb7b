/**
 * Compression of the stream's messages, and the handling of compressed messages that cannot be
 * read. A node never sends a message that it cannot decompress itself. If the receiver cannot
 * decompress one, it tells the sender with each acknowledgement until it gets an answer. The sender
 * then stops compressing, and begins another session that reports the lost message. So no node
 * requests the same message repeatedly.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { packFromBytesDefault } from "./config.ts";
import { log, type Turn } from "./state.ts";

/** A body on its way out. */
export interface Packed {
  readonly body: Uint8Array;
  /** Name of the compression; empty: none. */
  readonly packing: string;
}

/** Packs a body where that pays and can be read again. */
export function pack(turn: Turn, body: Uint8Array): Packed {
  const { state } = turn;
  const { packWith, compressions } = state.codecs;
  const plain = { body, packing: "" };
  if (packWith === undefined || state.packingOff !== undefined) return plain;
  if (body.length < (state.config.packFromBytes ?? packFromBytesDefault)) return plain;
  const compression = compressions.get(packWith);
  if (compression === undefined) return plain;
  try {
    const packed = Uint8Array.from(compression.pack(body));
    if (packed.length >= body.length * 0.9) return plain;
    if (same(compression.unpack(packed, body.length), body)) {
      return { body: packed, packing: packWith };
    }
    packNoMore(turn, `${packWith} decompressed to other bytes than its input`);
  } catch (error) {
    packNoMore(
      turn,
      `this node cannot decompress what ${packWith} compressed: ${messageOf(error)}`,
    );
  }
  return plain;
}

/** @throws {Error} if it cannot be read, and why. */
export function unpack(
  { state }: Turn,
  packing: string,
  bytes: Uint8Array,
  bytesMax: number,
): Uint8Array {
  const compression = state.codecs.compressions.get(packing);
  if (compression === undefined) throw new Error(`this node has no compression "${packing}"`);
  return compression.unpack(bytes, bytesMax);
}

/** Stops packing in this life, and reports why. */
export function packNoMore(turn: Turn, why: string): void {
  const { state } = turn;
  if (state.packingOff !== undefined) return;
  state.packingOff = why;
  log(
    turn,
    "err",
    withCode(
      "HA5013",
      `Messages are no longer compressed: ${why}. Fix: run the same version on every node`,
    ),
  );
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
