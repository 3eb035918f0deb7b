/**
 * Huffman codes of bounded length.
 *
 * @module
 */

/** Bits of a code at most that packers give. */
const bitsMax = 17;

/** The length of each symbol's code; none is 0, since the format knows no absent symbols. */
export function codeLengths(frequencies: Uint32Array): Uint8Array {
  // Too long a code means too steep frequencies: flatten them and try again.
  for (let shift = 0;; shift++) {
    const lengths = tree(Array.from(frequencies, (count) => Math.max(1, count >> shift)));
    if (lengths.every((length) => length <= bitsMax)) return lengths;
  }
}

/** Canonical codes of these lengths. */
export function codesOf(lengths: Uint8Array): Uint32Array {
  const codes = new Uint32Array(lengths.length);
  let code = 0;
  for (let bits = 1; bits <= bitsMax; bits++) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] === bits) codes[symbol] = code++;
    }
    code *= 2;
  }
  return codes;
}

/** Two queues, both in order of weight: the lightest two become one, until one is left. */
function tree(weights: readonly number[]): Uint8Array {
  const leaves = weights.map((weight, symbol) => ({ weight, symbol }))
    .sort((a, b) => a.weight - b.weight || a.symbol - b.symbol);
  const parent = new Int32Array(weights.length * 2).fill(-1);
  const joined: { readonly weight: number; readonly node: number }[] = [];
  let leaf = 0;
  let inner = 0;
  const lightest = () => {
    const a = leaves[leaf];
    const b = joined[inner];
    if (b === undefined || (a !== undefined && a.weight <= b.weight)) {
      leaf++;
      return { weight: a!.weight, node: a!.symbol };
    }
    inner++;
    return b;
  };
  for (let node = weights.length; node < weights.length * 2 - 1; node++) {
    const a = lightest();
    const b = lightest();
    parent[a.node] = node;
    parent[b.node] = node;
    joined.push({ weight: a.weight + b.weight, node });
  }
  return Uint8Array.from(weights, (_, symbol) => {
    let length = 0;
    for (let node = symbol; parent[node]! >= 0; node = parent[node]!) length++;
    return length;
  });
}
