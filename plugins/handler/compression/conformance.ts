/**
 * The rules for every compression plugin.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Clause } from "../conformance.ts";
import type { Compression } from "./contract.ts";

/** What a plugin's test knows beside. */
export interface Given {
  /** What others of its name packed (base64), and the text it was. */
  readonly known: readonly { readonly packed: string; readonly text: string }[];
}

const bytesMax = 1 << 20;

/** The clauses of `compression/1`. */
export const clauses: readonly Clause<Compression, Given>[] = [
  {
    id: "COMP1",
    says: "what it packed it unpacks, whatever it was",
    async check(trial) {
      await using opened = await trial.open();
      for (const bytes of samples()) {
        const packed = await opened.api.pack(bytes);
        assert.deepEqual(await opened.api.unpack(packed, bytesMax), bytes, `${bytes.length} bytes`);
      }
    },
  },
  {
    id: "COMP2",
    says: "it packs what repeats",
    async check(trial) {
      await using opened = await trial.open();
      const bytes = new TextEncoder().encode("<nvpair id='a'/>".repeat(1000));
      assert.ok((await opened.api.pack(bytes)).length < bytes.length / 10);
    },
  },
  {
    id: "COMP3",
    says: "what unpacks to the bound comes out, and one byte more is refused",
    async check(trial) {
      await using opened = await trial.open();
      const bytes = new Uint8Array(10_000);
      const packed = await opened.api.pack(bytes);
      assert.equal((await opened.api.unpack(packed, 10_000)).length, 10_000);
      await assert.rejects(async () => await opened.api.unpack(packed, 9_999), RangeError);
    },
  },
  {
    id: "COMP4",
    says: "a bomb does not cost more than the bound",
    async check(trial) {
      await using opened = await trial.open();
      const bomb = await opened.api.pack(new Uint8Array(8 << 20));
      await assert.rejects(async () => await opened.api.unpack(bomb, 64 << 10), RangeError);
    },
  },
  {
    id: "COMP5",
    says: "what is cut, changed at its head, empty or prolonged is refused",
    async check(trial) {
      await using opened = await trial.open();
      const packed = await opened.api.pack(
        new TextEncoder().encode("the quick brown fox ".repeat(20)),
      );
      const refused = async (bytes: Uint8Array, what: string) =>
        await assert.rejects(async () => await opened.api.unpack(bytes, bytesMax), Error, what);
      for (let cut = 0; cut < packed.length; cut++) {
        await refused(packed.subarray(0, cut), `cut ${cut}`);
      }
      await refused(Uint8Array.of(packed[0]! ^ 0xff, ...packed.subarray(1)), "head");
      await refused(Uint8Array.of(...packed, 0), "prolonged");
    },
  },
  {
    id: "COMP6",
    says: "it unpacks what others of its name packed",
    async check(trial) {
      await using opened = await trial.open();
      for (const { packed, text } of trial.given.known) {
        const bytes = await opened.api.unpack(Uint8Array.fromBase64(packed), bytesMax);
        assert.equal(new TextDecoder().decode(bytes), text);
      }
    },
  },
  {
    id: "COMP7",
    says: "nor do size and entropy matter, alone or in the text of a document",
    async check(trial) {
      await using opened = await trial.open();
      for (const size of sizes) {
        for (const entropy of size <= allMax ? entropies : large(size)) {
          const plain = sample(size, entropy);
          const text = new TextEncoder().encode(
            `<nvpair value="${plain.subarray(0, size / 2).toBase64()}"/>`,
          );
          for (const bytes of [plain, text]) {
            const packed = await opened.api.pack(bytes);
            const what = `${bytes.length} bytes, ${entropy} of ${size} noise`;
            const again = await opened.api.unpack(packed, bytes.length);
            // To compare them one by one says more and takes a hundred times as long.
            assert.ok(
              again.length === bytes.length && again.every((x, at) => x === bytes[at]),
              what,
            );
          }
        }
      }
    },
  },
];

/** Around the sizes of chunks, blocks and windows of the usual libraries. */
const sizes = [
  1,
  2,
  3,
  100,
  4_095,
  16_383,
  16_384,
  16_385,
  20_000,
  32_769,
  65_537,
  131_073,
  200_000,
];
/** Share of a sample that is noise; the rest is one byte. */
const entropies = [0, 0.1, 0.3, 0.5, 0.9, 1];
/** Bytes up to which all of them are tried. */
const allMax = 20_000;

/**
 * What is large takes its time: two of them, so that each comes up, once with little in the packing and
 * once with more than any buffer of a library's own.
 */
function large(size: number): readonly number[] {
  const at = sizes.indexOf(size) % 3;
  return [entropies[at] ?? 0, entropies[at + 3] ?? 1];
}

/** Bytes of which a share is noise. */
function sample(size: number, entropy: number): Uint8Array {
  const bytes = new Uint8Array(size).fill(97);
  bytes.set(noise(Math.floor(size * entropy)));
  return bytes;
}

/** What no compression makes smaller. */
function noise(size: number): Uint8Array {
  let seed = 7;
  return new Uint8Array(size).map(() => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return seed >>> 24;
  });
}

/** Empty, tiny, repeating, and as random as a small generator makes it. */
function samples(): Uint8Array[] {
  return [
    new Uint8Array(0),
    Uint8Array.of(0),
    new TextEncoder().encode("abc"),
    new Uint8Array(300_000).fill(65),
    new TextEncoder().encode("<node id='1'/>".repeat(8000)),
    noise(5_000),
    noise(200_000),
  ];
}
