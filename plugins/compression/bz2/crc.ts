/**
 * The CRC of bzip2: polynomial 0x04C11DB7, most significant bit first, initial value all ones.
 *
 * @module
 */

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

/** The CRC of these bytes. */
export function crcOf(bytes: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = (crc << 8) ^ table[(crc >>> 24) ^ bytes[i]!]!;
  return ~crc >>> 0;
}

/** The CRC of the stream so far, with one more block. */
export const combined = (stream: number, block: number): number =>
  (((stream << 1) | (stream >>> 31)) ^ block) >>> 0;
