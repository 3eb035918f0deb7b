/**
 * What every compression must keep.
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
    says: "a bomb costs no more than the bound",
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
];

/** Empty, tiny, repeating, and as random as a small generator makes it. */
function samples(): Uint8Array[] {
  let seed = 7;
  const noise = new Uint8Array(200_000).map(() =>
    (seed = (seed * 1103515245 + 12345) >>> 0) >>> 24
  );
  return [
    new Uint8Array(0),
    Uint8Array.of(0),
    new TextEncoder().encode("abc"),
    new Uint8Array(300_000).fill(65),
    new TextEncoder().encode("<node id='1'/>".repeat(8000)),
    noise.subarray(0, 5000),
    noise,
  ];
}
