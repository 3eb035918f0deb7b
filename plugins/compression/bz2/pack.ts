/**
 * Packing bzip2, with blocks of 100 kB as heartbeat has them.
 *
 * @module
 */
import { BitWriter } from "./bits.ts";
import { codeLengths, codesOf } from "./huffman.ts";
import { combined, crcOf } from "./crc.ts";
import { sortRotations } from "./rotations.ts";

/** Bytes of a block at most, run lengths included; a little below the format's 100,000. */
const blockBytes = 99_980;
/** Symbols that share one table. */
const groupSymbols = 50;

/** Packs bytes; see the contract of kind `compression`. */
export function pack(bytes: Uint8Array): Uint8Array {
  const writer = new BitWriter();
  writer.bits(0x425a6831, 32);
  let streamCrc = 0;
  for (let at = 0; at < bytes.length;) {
    const { block, used } = shortened(bytes, at);
    const blockCrc = crcOf(bytes.subarray(at, at + used));
    streamCrc = combined(streamCrc, blockCrc);
    writeBlock(writer, block, blockCrc);
    at += used;
  }
  writer.bits(0x177245, 24);
  writer.bits(0x385090, 24);
  writer.bits(streamCrc, 32);
  return writer.take();
}

/** The first step: four equal bytes and more become four and a count. Fills one block. */
function shortened(
  bytes: Uint8Array,
  from: number,
): { readonly block: Uint8Array; readonly used: number } {
  const block = new Uint8Array(blockBytes + 5);
  let length = 0;
  let at = from;
  while (at < bytes.length && length < blockBytes) {
    const byte = bytes[at]!;
    let run = 1;
    while (run < 259 && bytes[at + run] === byte) run++;
    at += run;
    for (let i = 0; i < Math.min(run, 4); i++) block[length++] = byte;
    if (run >= 4) block[length++] = run - 4;
  }
  return { block: block.subarray(0, length), used: at - from };
}

function writeBlock(writer: BitWriter, block: Uint8Array, blockCrc: number): void {
  const { last, origin } = sortRotations(block);
  const present = new Uint8Array(256);
  for (let i = 0; i < block.length; i++) present[block[i]!] = 1;
  const used = Array.from(present.keys()).filter((byte) => present[byte] === 1);
  const symbols = movedToFront(last, used);
  const frequencies = new Uint32Array(used.length + 2);
  for (let i = 0; i < symbols.length; i++) frequencies[symbols[i]!]!++;
  const lengths = codeLengths(frequencies);
  const codes = codesOf(lengths);

  writer.bits(0x314159, 24);
  writer.bits(0x265359, 24);
  writer.bits(blockCrc, 32);
  writer.bits(0, 1);
  writer.bits(origin, 24);
  writeUsed(writer, present);
  // The format wants two tables; one that fits the whole block is enough for messages.
  writer.bits(2, 3);
  const groups = Math.ceil(symbols.length / groupSymbols);
  writer.bits(groups, 15);
  for (let group = 0; group < groups; group++) writer.bits(0, 1);
  for (let table = 0; table < 2; table++) writeTable(writer, lengths);
  for (let i = 0; i < symbols.length; i++) {
    writer.bits(codes[symbols[i]!]!, lengths[symbols[i]!]!);
  }
}

/** Move to front, with runs of the front byte in a number system with the digits 1 and 2. */
function movedToFront(last: Uint8Array, used: readonly number[]): Uint16Array {
  const symbols = new Uint16Array(last.length + 1);
  const front = Uint8Array.from(used);
  let length = 0;
  let run = 0;
  const endRun = () => {
    for (; run > 0; run = (run - 1) >> 1) symbols[length++] = (run - 1) & 1;
  };
  for (let i = 0; i < last.length; i++) {
    const byte = last[i]!;
    const at = front.indexOf(byte);
    if (at === 0) {
      run++;
      continue;
    }
    endRun();
    front.copyWithin(1, 0, at);
    front[0] = byte;
    symbols[length++] = at + 1;
  }
  endRun();
  symbols[length++] = used.length + 1;
  return symbols.subarray(0, length);
}

function writeUsed(writer: BitWriter, present: Uint8Array): void {
  const row = (at: number) => present.subarray(at * 16, at * 16 + 16);
  for (let at = 0; at < 16; at++) writer.bits(row(at).includes(1) ? 1 : 0, 1);
  for (let at = 0; at < 16; at++) {
    if (row(at).includes(1)) { for (const bit of row(at)) writer.bits(bit, 1); }
  }
}

/** Each length as a difference to the one before: `10` is one more, `11` one less, `0` it is. */
function writeTable(writer: BitWriter, lengths: Uint8Array): void {
  let current = lengths[0]!;
  writer.bits(current, 5);
  for (const length of lengths) {
    for (; current < length; current++) writer.bits(0b10, 2);
    for (; current > length; current--) writer.bits(0b11, 2);
    writer.bits(0, 1);
  }
}
