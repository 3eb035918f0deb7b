/**
 * The Burrows-Wheeler transform: the last column of all rotations of a block, sorted.
 *
 * Sorted by doubling: by the first byte, then by two, four, eight..., each time with a counting sort.
 * So no input, however repetitive, takes longer than n log n.
 *
 * @module
 */

/** The last column, and the row of the block itself. */
export function sortRotations(
  block: Uint8Array,
): { readonly last: Uint8Array; readonly origin: number } {
  const { length } = block;
  const order = new Int32Array(length);
  const shifted = new Int32Array(length);
  let rank = new Int32Array(length);
  let nextRank = new Int32Array(length);
  const count = new Int32Array(Math.max(256, length) + 1);

  for (let i = 0; i < length; i++) count[block[i]! + 1]!++;
  for (let byte = 0; byte < 256; byte++) count[byte + 1]! += count[byte]!;
  for (let i = 0; i < length; i++) order[count[block[i]!]!++] = i;
  let ranks = 1;
  for (let i = 1; i < length; i++) {
    if (block[order[i]!] !== block[order[i - 1]!]) ranks++;
    rank[order[i]!] = ranks - 1;
  }
  for (let width = 1; width < length && ranks < length; width *= 2) {
    // In order of their second half already: what stands `width` before.
    for (let i = 0; i < length; i++) {
      const before = order[i]! - width;
      shifted[i] = before < 0 ? before + length : before;
    }
    count.fill(0, 0, ranks + 1);
    for (let i = 0; i < length; i++) count[rank[i]! + 1]!++;
    for (let r = 0; r < ranks; r++) count[r + 1]! += count[r]!;
    for (let i = 0; i < length; i++) order[count[rank[shifted[i]!]!]!++] = shifted[i]!;
    ranks = 1;
    nextRank[order[0]!] = 0;
    for (let i = 1; i < length; i++) {
      const a = order[i - 1]!;
      const b = order[i]!;
      if (
        rank[a] !== rank[b] || rank[(a + width) % length] !== rank[(b + width) % length]
      ) ranks++;
      nextRank[b] = ranks - 1;
    }
    [rank, nextRank] = [nextRank, rank];
  }
  const last = new Uint8Array(length);
  for (let i = 0; i < length; i++) last[i] = block[(order[i]! + length - 1) % length]!;
  return { last, origin: order.indexOf(0) };
}
