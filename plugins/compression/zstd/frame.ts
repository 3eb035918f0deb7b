/**
 * Where a zstd frame ends, from the sizes of its blocks (RFC 8878, 3.1.1).
 *
 * @module
 */

/** Bytes of the frame that begins here; undefined if it is none, or not all there. */
export function frameBytes(bytes: Uint8Array): number | undefined {
  if (bytes[0] !== 0x28 || bytes[1] !== 0xb5 || bytes[2] !== 0x2f || bytes[3] !== 0xfd) {
    return undefined;
  }
  const descriptor = bytes[4];
  if (descriptor === undefined) return undefined;
  const single = (descriptor & 0x20) !== 0;
  const contentSizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  let at = 5 + (single ? 0 : 1) + dictionaryBytes + contentSizeBytes;
  for (;;) {
    if (at + 3 > bytes.length) return undefined;
    const header = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    const [last, type, size] = [header & 1, (header >> 1) & 3, header >> 3];
    if (type === 3) return undefined;
    // A block of one repeated byte holds that byte alone.
    at += 3 + (type === 1 ? 1 : size);
    if (at > bytes.length) return undefined;
    if (last === 1) break;
  }
  if ((descriptor & 4) !== 0) at += 4;
  return at > bytes.length ? undefined : at;
}
