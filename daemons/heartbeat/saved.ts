/**
 * Data that survives a restart: our generation and our UUID.
 *
 * The generation is on disk before the first packet, so no two lives share one. Generations of
 * other nodes are not saved: a write would delay our heartbeats. A replayed packet of an earlier
 * life can look like a sign of life to a node that has just started. Nothing of it is delivered,
 * since a stream begins with an offer to exactly this life of the reader.
 *
 * @module
 */
import type { Random } from "../runtime/random.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** As others read it: in twelve digits of hex, which is less than that of decimal. */
const writtenForm = /^\s*\d{1,14}\s*$/;

/**
 * The number that this life has: the seconds of the clock, or the last life's successor if that is
 * later, since a clock may be set back. The successor alone is not enough: a disk that was restored
 * from a snapshot names a life that others have seen already, and what they know of that one, they
 * would take for a replay. So too where a crash left the file empty.
 */
export function nextGeneration(saved: Uint8Array | undefined, wallMs: number): number {
  const text = saved === undefined ? "" : decoder.decode(saved);
  const last = writtenForm.test(text) ? Number(text) : 0;
  return Math.max(last, Math.floor(wallMs / 1000), 0) + 1;
}

/** A random (version 4) UUID of 16 bytes. */
export function newUuid(random: Random): Uint8Array {
  const uuid = Uint8Array.from({ length: 16 }, () => random.between(0, 255));
  uuid[6] = (uuid[6]! & 0x0f) | 0x40;
  uuid[8] = (uuid[8]! & 0x3f) | 0x80;
  return uuid;
}

/** A generation, to be saved. */
export const writeGeneration = (generation: number): Uint8Array =>
  encoder.encode(String(generation));
