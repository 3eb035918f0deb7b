/**
 * Streams that lie: each number of a stream is checked before it is used.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { BitReader, BitWriter } from "./bits.ts";
import { combined, crcOf } from "./crc.ts";
import { codeLengths, codesOf } from "./huffman.ts";
import { pack } from "./pack.ts";
import { unpack } from "./unpack.ts";

/** What a stream of one block says; what is not given is right. */
interface Block {
  readonly level?: number;
  readonly random?: number;
  readonly origin?: number;
  /** Rows that are used, and the columns of each. */
  readonly rows?: number;
  readonly columns?: readonly number[];
  readonly tables?: number;
  readonly selectors?: readonly string[];
  /** Of each table: the first length, and the steps of each symbol as bits. */
  readonly first?: number;
  readonly steps?: readonly string[];
  /** Codes of the symbols, as bits. */
  readonly symbols?: string;
  readonly crc?: number;
}

/** A block that holds one "a": symbols are run A, run B and the end. */
function stream(block: Block): Uint8Array {
  const writer = new BitWriter();
  const bits = (text: string) => {
    for (const bit of text) writer.bits(Number(bit), 1);
  };
  const { level = 1, random = 0, origin = 0, rows = 0x8000 >> 6, columns = [0x8000 >> 1] } = block;
  const { tables = 2, selectors = ["0"], first = 1, steps = ["0", "100", "0"] } = block;
  // Lengths 1, 2, 2: the codes are 0, 10 and 11.
  const { symbols = "011", crc = crcOf(new TextEncoder().encode("a")) } = block;
  writer.bits(0x425a68, 24);
  writer.bits(0x30 + level, 8);
  writer.bits(0x314159, 24);
  writer.bits(0x265359, 24);
  writer.bits(crc, 32);
  writer.bits(random, 1);
  writer.bits(origin, 24);
  writer.bits(rows, 16);
  for (const column of columns) writer.bits(column, 16);
  writer.bits(tables, 3);
  writer.bits(selectors.length, 15);
  selectors.forEach(bits);
  for (let table = 0; table < tables; table++) {
    writer.bits(first, 5);
    steps.forEach(bits);
  }
  bits(symbols);
  writer.bits(0x177245, 24);
  writer.bits(0x385090, 24);
  writer.bits(combined(0, crc), 32);
  return writer.take();
}

const text = (block: Block, bytesMax = 100) =>
  new TextDecoder().decode(unpack(stream(block), bytesMax));

Deno.test("a stream that is right is read", () => {
  assert.equal(text({}), "a");
  for (const level of [1, 9]) assert.equal(text({ level }), "a");
  assert.equal(text({ tables: 6 }), "a");
  assert.equal(text({ selectors: ["10", "0"] }), "a");
  const long = (count: number) => crcOf(new TextEncoder().encode("a".repeat(count)));
  // Runs: 10 is two, 010 is one and four, and so on.
  assert.equal(text({ symbols: "1011", crc: long(2) }), "aa");
  assert.equal(text({ symbols: "0011", crc: long(3) }), "aaa");
});

Deno.test("each lie of a stream is named", () => {
  for (
    const [block, why] of [
      [{ level: 0 }, /block size is not 1 to 9/],
      [{ level: 10 }, /block size is not 1 to 9/],
      [{ random: 1 }, /randomised blocks/],
      [{ rows: 0, columns: [] }, /a block without bytes/],
      [{ columns: [0] }, /a block without bytes/],
      [{ tables: 1 }, /there are 2 to 6 tables/],
      [{ tables: 7 }, /there are 2 to 6 tables/],
      [{ selectors: [] }, /a block without selectors/],
      [{ selectors: ["110"] }, /a selector of a table that does not exist/],
      [{ first: 0 }, /a code of no possible length/],
      [{ first: 21 }, /a code of no possible length/],
      [{ first: 20, steps: ["100", "0", "0"] }, /a code of no possible length/],
      [{ steps: ["110", "0", "0"] }, /a code of no possible length/],
      [{ steps: ["0", "0", "0"] }, /more codes than there can be/],
      [{ origin: 1 }, /the block begins outside of itself/],
      [{ crc: 1 }, /a block's checksum is wrong/],
      [{ symbols: "0".repeat(17) + "11" }, /a run longer than a block/],
      [{ symbols: "0".repeat(50) + "11" }, /a run longer than a block/],
      [{ symbols: "11" }, /the block begins outside of itself/],
      [{ first: 3, steps: ["0", "0", "0"], symbols: "111" + "1".repeat(20) }, /stands for nothing/],
    ] as const
  ) {
    assert.throws(() => text(block), why, JSON.stringify(block));
  }
  const bytes = stream({});
  const changed = (at: number) => {
    const copy = bytes.slice();
    copy[at]! ^= 1;
    return () => unpack(copy, 100);
  };
  assert.throws(changed(2), /not a bzip2 stream/);
  assert.throws(changed(4), /neither block nor end/);
  assert.throws(changed(9), /neither block nor end/);
  assert.throws(changed(bytes.length - 2), /the stream's checksum is wrong/);
  assert.throws(() => unpack(Uint8Array.of(...bytes, 0), 100), /bytes after the end/);
  for (let cut = 0; cut < bytes.length; cut++) {
    assert.throws(() => unpack(bytes.subarray(0, cut), 100), /the stream is cut off/);
  }
  assert.throws(() => text({}, 0), RangeError);
});

Deno.test("more symbols than the selectors speak for are refused", () => {
  // Fifty symbols are one selector.
  const rows = 0x8000 >> 6;
  const columns = [0x8000 >> 1 | 0x8000 >> 2]; // "a" and "b": symbols run A, run B, 1, the end
  const steps = ["0", "0", "0", "0"];
  const block = { rows, columns, first: 2, steps };
  // "b" and "a" in turn: the second of the list each time.
  assert.throws(
    () => text({ ...block, symbols: "10".repeat(51) + "11" }, 1e6),
    /more symbols than sel/,
  );
  assert.throws(
    () => text({ ...block, symbols: "10".repeat(49) + "11" }, 1e6),
    /checksum is wrong/,
  );
  assert.throws(
    () => text({ ...block, symbols: "10".repeat(50) + "11" }, 1e6),
    /more symbols than sel/,
  );
});

Deno.test("bits are read as they were written, of any count", () => {
  const writer = new BitWriter();
  const numbers = [[1, 1], [0, 1], [5, 3], [0xdead, 16], [0xffffffff, 32], [1, 32], [0x12345, 20]];
  for (const [value = 0, count = 0] of numbers) writer.bits(value, count);
  const bytes = writer.take();
  const reader = new BitReader(bytes);
  for (const [value = 0, count = 0] of numbers) assert.equal(reader.bits(count), value);
  assert.equal(reader.restBytes, 0);
  assert.equal(reader.bits(7), 0, "filled up");
  assert.throws(() => reader.bits(1), /cut off/);
  assert.throws(() => reader.bit(), /cut off/);
  const large = new BitWriter();
  for (let at = 0; at < 3_000; at++) large.bits(at, 8);
  assert.deepEqual(large.take(), new Uint8Array(3_000).map((_, at) => at));
});

Deno.test("codes are as short as they can be, and no longer than 17 bits", () => {
  const lengths = (...counts: readonly number[]) => [...codeLengths(Uint32Array.from(counts))];
  assert.deepEqual(lengths(1, 1), [1, 1]);
  assert.deepEqual(lengths(5, 1, 1), [1, 2, 2]);
  assert.deepEqual(lengths(0, 0, 0, 0), [2, 2, 2, 2]);
  assert.deepEqual(lengths(1, 2, 4, 8), [3, 3, 2, 1]);
  const steep = Array.from({ length: 24 }, (_, at) => 2 ** at);
  const found = lengths(...steep);
  assert.equal(Math.max(...found) <= 17, true);
  assert.equal(found.reduce((sum, length) => sum + 2 ** -length, 0), 1, "none is wasted");
  assert.deepEqual([...codesOf(Uint8Array.of(1, 2, 3, 3))], [0, 2, 6, 7]);
});

Deno.test("the checksum is that of bzip2, for every byte", () => {
  assert.equal(crcOf(new TextEncoder().encode("123456789")), 0xfc891918);
  assert.equal(crcOf(Uint8Array.of(0xff)), 0xff);
  assert.equal(crcOf(new Uint8Array(0)), 0);
  assert.equal(combined(0x80000001, 0), 3);
});

Deno.test("a code may have twenty bits", () => {
  const zeros = (count: number) => "0".repeat(count);
  const long = { first: 20, steps: ["0", "0", "0"], symbols: `${zeros(20)}${zeros(18)}10` };
  assert.equal(text(long), "a");
});

Deno.test("the same bytes are packed to the same bytes as ever", () => {
  const encoder = new TextEncoder();
  const noise = new Uint8Array(3_000).map((_, at) => (at * at * 31 + (at >> 3)) & 255);
  const samples: readonly (readonly [Uint8Array, string])[] = [
    [new Uint8Array(0), "c82685296a2d914c"],
    [encoder.encode("a"), "8fe0e8985113923f"],
    [encoder.encode("aaaa"), "ef5ba3dea38d13c7"],
    [encoder.encode("a".repeat(259) + "b".repeat(260) + "c"), "84c3bb0a58b0c30a"],
    [encoder.encode("<nvpair id='a' value='b'/>".repeat(200)), "26dd43bbcf59404d"],
    [Uint8Array.from({ length: 256 }, (_, at) => at), "3427169764d34b26"],
    [noise, "99d3daa5eb2503d8"],
    [new Uint8Array(250_000).map((_, at) => (at >> 7) & 3), "3cc682b510a1ccd7"],
  ];
  for (const [bytes, digest] of samples) {
    const packed = pack(bytes);
    const found = createHash("sha256").update(packed).digest("hex").slice(0, 16);
    assert.equal(found, digest, `${bytes.length} bytes`);
    assert.deepEqual(unpack(packed, bytes.length), bytes);
  }
});
