/**
 * What survives a restart: our generation and our UUID.
 *
 * The generation is on disk before the first packet, so that no two lives share one. Those of the
 * others are not kept: a write would hold up our heartbeats. A replayed packet of an earlier life
 * can look like a sign of life to a node that has just started, but nothing of it is delivered, since
 * a stream begins with an offer to exactly this life of the reader.
 *
 * @module
 */
import type { Random } from "../random.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The number that this life has: the last one's successor, or the clock of a first life. */
export function nextGeneration(saved: Uint8Array | undefined, wallMs: number): number {
  const last = saved === undefined ? NaN : Number(decoder.decode(saved));
  return Number.isSafeInteger(last) && last >= 0 ? last + 1 : Math.floor(wallMs / 1000) + 1;
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
