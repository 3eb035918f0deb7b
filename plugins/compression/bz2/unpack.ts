/**
 * Unpacking bzip2: Huffman codes, move to front, the Burrows-Wheeler transform, and run lengths, in
 * this order backwards. Every number of the stream is checked before it is used as a size.
 *
 * @module
 */
import { BitReader } from "./bits.ts";
import { combined, crcOf } from "./crc.ts";

/** Bits of a code at most. */
const codeBitsMax = 20;
/** Symbols that share one table. */
const groupSymbols = 50;

/** Unpacks a stream; see the contract of kind `compression`. */
export function unpack(packed: Uint8Array, bytesMax: number): Uint8Array {
  const reader = new BitReader(packed);
  if (reader.bits(24) !== 0x425a68) throw new Error("this is not a bzip2 stream");
  const level = reader.bits(8) - 0x30;
  if (level < 1 || level > 9) throw new Error("the block size is not 1 to 9");
  const output = new Output(bytesMax);
  let streamCrc = 0;
  for (;;) {
    const high = reader.bits(24);
    const low = reader.bits(24);
    if (high === 0x314159 && low === 0x265359) {
      const start = output.length;
      const blockCrc = reader.bits(32);
      readBlock(reader, level * 100_000, output);
      if (crcOf(output.from(start)) !== blockCrc) throw new Error("a block's checksum is wrong");
      streamCrc = combined(streamCrc, blockCrc);
      continue;
    }
    if (high !== 0x177245 || low !== 0x385090) throw new Error("neither block nor end");
    if (reader.bits(32) !== streamCrc) throw new Error("the stream's checksum is wrong");
    if (reader.restBytes > 0) throw new Error("there are bytes after the end");
    return output.take();
  }
}

/** Bytes that grow up to a bound. */
class Output {
  #bytes: Uint8Array;
  length = 0;
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
    this.#bytes = new Uint8Array(Math.min(max, 4096));
  }

  push(byte: number, times: number): void {
    const wanted = this.length + times;
    if (wanted > this.#max) throw new RangeError(`more than ${this.#max} bytes of output`);
    if (wanted > this.#bytes.length) {
      const larger = new Uint8Array(Math.min(this.#max, Math.max(wanted, this.#bytes.length * 2)));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    if (times === 1) this.#bytes[this.length] = byte;
    else this.#bytes.fill(byte, this.length, wanted);
    this.length = wanted;
  }

  from(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.length);
  }

  take(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }
}

function readBlock(reader: BitReader, blockMax: number, output: Output): void {
  if (reader.bit() === 1) throw new Error("randomised blocks are obsolete and not read");
  const origin = reader.bits(24);
  const used = readUsed(reader);
  const tables = reader.bits(3);
  if (tables < 2 || tables > 6) throw new Error("there are 2 to 6 tables");
  const selectors = readSelectors(reader, tables);
  const symbols = used.length + 2;
  const decoders = Array.from({ length: tables }, () => readTable(reader, symbols));
  const last = readSymbols(reader, used, selectors, decoders, blockMax);
  if (origin >= last.length) throw new Error("the block begins outside of itself");
  undoTransform(last, origin, output);
}

/** The bytes that occur in the block, in order: 16 bits say which rows of 16 follow. */
function readUsed(reader: BitReader): number[] {
  const rows = reader.bits(16);
  const used: number[] = [];
  for (let row = 0; row < 16; row++) {
    if ((rows & (0x8000 >> row)) === 0) continue;
    const bits = reader.bits(16);
    for (let column = 0; column < 16; column++) {
      if ((bits & (0x8000 >> column)) !== 0) used.push(row * 16 + column);
    }
  }
  if (used.length === 0) throw new Error("a block without bytes");
  return used;
}

function readSelectors(reader: BitReader, tables: number): Uint8Array {
  const count = reader.bits(15);
  if (count === 0) throw new Error("a block without selectors");
  const order = Array.from({ length: tables }, (_, i) => i);
  return Uint8Array.from({ length: count }, () => {
    let at = 0;
    while (reader.bit() === 1) {
      if (++at >= tables) throw new Error("a selector of a table that does not exist");
    }
    const [table] = order.splice(at, 1);
    order.unshift(table!);
    return table!;
  });
}

/** Canonical codes: for each length the first code, and where its symbols begin. */
interface Decoder {
  readonly limit: Int32Array;
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
}

function readTable(reader: BitReader, symbols: number): Decoder {
  let length = reader.bits(5);
  const lengths = Uint8Array.from({ length: symbols }, () => {
    for (;;) {
      if (length < 1 || length > codeBitsMax) throw new Error("a code of no possible length");
      if (reader.bit() === 0) return length;
      length += reader.bit() === 0 ? 1 : -1;
    }
  });
  const limit = new Int32Array(codeBitsMax + 1).fill(-1);
  const base = new Int32Array(codeBitsMax + 1);
  const sorted = new Uint16Array(symbols);
  let code = 0;
  let at = 0;
  for (let bits = 1; bits <= codeBitsMax; bits++) {
    base[bits] = at - code;
    for (let symbol = 0; symbol < symbols; symbol++) {
      if (lengths[symbol] === bits) {
        sorted[at++] = symbol;
        code++;
      }
    }
    limit[bits] = code - 1;
    if (code > 2 ** bits) throw new Error("a table with more codes than there can be");
    code *= 2;
  }
  return { limit, base, symbols: sorted };
}

/** The last column of the sorted rotations. */
function readSymbols(
  reader: BitReader,
  used: number[],
  selectors: Uint8Array,
  decoders: readonly Decoder[],
  blockMax: number,
): Uint8Array {
  const column = new Uint8Array(blockMax);
  const front = Uint8Array.from(used);
  const endSymbol = used.length + 1;
  let length = 0;
  let run = 0;
  let weight = 1;
  let group = -1;
  let left = 0;
  let decoder = decoders[0]!;
  for (;;) {
    if (left === 0) {
      const selector = selectors[++group];
      if (selector === undefined) throw new Error("more symbols than selectors");
      decoder = decoders[selector]!;
      left = groupSymbols;
    }
    left--;
    const symbol = readSymbol(reader, decoder);
    if (symbol <= 1) {
      // A run in a number system with the digits 1 and 2.
      run += weight << symbol;
      weight *= 2;
      if (run > blockMax) throw new Error("a run longer than a block");
      continue;
    }
    if (run > 0) {
      if (length + run > blockMax) throw new Error("a block longer than it may be");
      column.fill(front[0]!, length, length + run);
      length += run;
      run = 0;
      weight = 1;
    }
    if (symbol === endSymbol) return column.subarray(0, length);
    if (symbol > endSymbol || length >= blockMax) throw new Error("a block longer than it may be");
    const byte = front[symbol - 1]!;
    front.copyWithin(1, 0, symbol - 1);
    front[0] = byte;
    column[length++] = byte;
  }
}

function readSymbol(reader: BitReader, { limit, base, symbols }: Decoder): number {
  let code = 0;
  for (let bits = 1; bits <= codeBitsMax; bits++) {
    code = (code << 1) | reader.bit();
    if (code <= limit[bits]!) {
      const symbol = symbols[base[bits]! + code];
      if (symbol !== undefined) return symbol;
    }
  }
  throw new Error("a code that stands for nothing");
}

/** Undoes the Burrows-Wheeler transform, and the run lengths that were made before it. */
function undoTransform(last: Uint8Array, origin: number, output: Output): void {
  const starts = new Int32Array(257);
  for (let i = 0; i < last.length; i++) starts[last[i]! + 1]!++;
  for (let byte = 0; byte < 256; byte++) starts[byte + 1]! += starts[byte]!;
  const next = new Int32Array(last.length);
  for (let i = 0; i < last.length; i++) next[starts[last[i]!]!++] = i;
  let at = next[origin]!;
  let same = 0;
  let before = -1;
  for (let i = 0; i < last.length; i++) {
    const byte = last[at]!;
    at = next[at]!;
    if (same === 4) {
      // Four equal bytes are followed by how many more there are.
      if (byte > 0) output.push(before, byte);
      same = 0;
      before = -1;
      continue;
    }
    same = byte === before ? same + 1 : 1;
    before = byte;
    output.push(byte, 1);
  }
}
