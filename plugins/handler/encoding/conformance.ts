/**
 * The rules for every encoding plugin.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Clause } from "../conformance.ts";
import type { Encoding, WireField, WireMessage } from "./contract.ts";

/** What a plugin's test knows beside. */
export interface Given {
  /** Messages generated for a property. */
  readonly runs: number;
  /** Bytes that text can never hold in this encoding: a message with one may be refused. */
  readonly unsayable?: RegExp;
}

/** One of everything that has ever gone wrong in an encoding. */
const edge: WireMessage = [
  { type: "string", name: "t", value: "edge" },
  { type: "string", name: "empty", value: "" },
  { type: "string", name: "eq", value: "a=b=c" },
  { type: "string", name: "utf", value: "é€😀" },
  { type: "string", name: "lines", value: "one\ntwo\n" },
  { type: "string", name: "marks", value: "%%%\n###\n<<<>>>&amp;]]>\"'" },
  { type: "string", name: "spaces", value: "  two  " },
  { type: "binary", name: "none", value: new Uint8Array(0) },
  { type: "binary", name: "all", value: Uint8Array.from({ length: 256 }, (_, i) => i) },
  { type: "list", name: "list", value: ["abc", "1:2,", "é"] },
  { type: "string", name: "dup", value: "1" },
  { type: "string", name: "dup", value: "2" },
  { type: "octets", name: "latin", value: Uint8Array.of(0x67, 0xfc, 0x6e) },
  { type: "packed", name: "packed", value: Uint8Array.of(0x78, 0x9c, 0, 10) },
  {
    type: "struct",
    name: "child",
    value: [
      { type: "string", name: "k", value: "v\nw" },
      { type: "struct", name: "grandchild", value: [{ type: "list", name: "l", value: ["x"] }] },
      { type: "struct", name: "nobody", value: [] },
    ],
  },
];

/** The clauses of `encoding/1`. */
export const clauses: readonly Clause<Encoding, Given>[] = [
  {
    id: "ENC1",
    says: "a message survives, with the order, the types and the repeated names of its fields",
    async check(trial) {
      await using opened = await trial.open();
      const decoded = await opened.api.decode(await opened.api.encode(edge));
      assert.deepEqual(decoded, { ok: true, message: edge });
    },
  },
  {
    id: "ENC2",
    says: "so does every other message that it takes",
    async check(trial) {
      await using opened = await trial.open();
      await fc.assert(
        fc.asyncProperty(messages, async (message) => {
          let frame: Uint8Array;
          try {
            frame = await opened.api.encode(message);
          } catch (error) {
            const { unsayable } = trial.given;
            if (unsayable !== undefined && unsayable.test(JSON.stringify(message))) return;
            throw error;
          }
          assert.deepEqual(await opened.api.decode(frame), { ok: true, message });
          const again = await opened.api.encode(message);
          assert.deepEqual(again, frame, "the same message is always the same bytes");
        }),
        { numRuns: trial.given.runs, seed: 1 },
      );
    },
  },
  {
    id: "ENC3",
    says: "what cannot be said is refused, and says why",
    async check(trial) {
      await using opened = await trial.open();
      for (const field of unsayable()) {
        await assert.rejects(async () => await opened.api.encode([field]), RangeError, field.name);
      }
    },
  },
  {
    id: "ENC4",
    says: "a packet opens to the signature it was sealed with and to the bytes that were signed",
    async check(trial) {
      await using opened = await trial.open();
      const { api } = opened;
      const frame = await api.encode(edge);
      const signed = (await api.signable(frame)).slice();
      const envelope = await api.open(await api.seal(frame, 12, "0123abcdef"));
      assert.ok(envelope);
      assert.equal(envelope.authnum, 12);
      assert.equal(envelope.mac, "0123abcdef");
      assert.deepEqual(Uint8Array.from(envelope.signed), signed);
      const decoded = await api.decode(envelope.frame);
      assert.ok(decoded.ok);
      assert.deepEqual(decoded.message.filter(({ name }) => name !== "auth"), edge);
    },
  },
  {
    id: "ENC5",
    says: "a frame without a signature does not open",
    async check(trial) {
      await using opened = await trial.open();
      assert.equal(await opened.api.open(await opened.api.encode(edge)), undefined);
      assert.equal(await opened.api.open(new Uint8Array(0)), undefined);
    },
  },
  {
    id: "ENC6",
    says: "a frame that is cut says nothing, nor does anything behind it count",
    async check(trial) {
      await using opened = await trial.open();
      const frame = await opened.api.encode(edge);
      for (let cut = 0; cut < frame.length; cut++) {
        assert.equal((await opened.api.decode(frame.subarray(0, cut))).ok, false, `cut to ${cut}`);
      }
      assert.equal((await opened.api.decode(Uint8Array.of(...frame, 0x41))).ok, false, "longer");
    },
  },
  {
    id: "ENC7",
    says: "no bytes make it throw",
    async check(trial) {
      await using opened = await trial.open();
      const frame = await opened.api.encode(edge);
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat(frame.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
          async (changes) => {
            const bytes = frame.slice();
            for (const [at, to] of changes) bytes[at] = to;
            await opened.api.decode(bytes);
            await opened.api.open(bytes);
          },
        ),
        { numRuns: trial.given.runs, seed: 2 },
      );
    },
  },
  {
    id: "ENC8",
    says: "nor do size and entropy matter: what is sealed opens to what it was",
    async check(trial) {
      await using opened = await trial.open();
      const { api } = opened;
      for (const size of [0, 1, 2, 3, 255, 256, 257, 4_096, 16_385, 60_000, 300_000]) {
        for (const entropy of [0, 0.5, 1]) {
          const value = sample(size, entropy);
          const message: WireMessage = [
            { type: "string", name: "t", value: "size" },
            { type: "binary", name: "p", value },
            { type: "string", name: "s", value: value.toBase64() },
            { type: "string", name: "src", value: "n1" },
          ];
          const envelope = await api.open(await api.seal(await api.encode(message), 1, "00ff"));
          assert.ok(envelope, `${size} bytes, ${entropy}`);
          const decoded = await api.decode(envelope.frame);
          assert.ok(decoded.ok, `${size} bytes, ${entropy}`);
          const plain = decoded.message.filter(({ name }) => name !== "auth");
          assert.deepEqual(plain, message, `${size} bytes, ${entropy}`);
        }
      }
    },
  },
];

/** Bytes of which a share is noise; the rest is one byte. */
function sample(size: number, entropy: number): Uint8Array {
  let seed = 7;
  const next = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 24;
  return new Uint8Array(size).map((_, at) => at < size * entropy ? next() : 97);
}

function unsayable(): WireField[] {
  let deep: WireMessage = [];
  for (let depth = 0; depth < 20; depth++) deep = [{ type: "struct", name: "deep", value: deep }];
  return [
    { type: "string", name: "", value: "no name" },
    { type: "string", name: "a=b", value: "equals" },
    { type: "string", name: "(2)a", value: "bracket" },
    { type: "string", name: "a\nb", value: "newline" },
    { type: "string", name: "nul", value: "a\0b" },
    { type: "string", name: "half", value: "\ud800" },
    { type: "list", name: "empty", value: ["a", ""] },
    ...deep,
  ];
}

const names = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_ .:-]{0,11}$/);
const texts = fc.string({ unit: "grapheme", maxLength: 40 })
  .filter((text) => !text.includes("\0") && text.isWellFormed());
const bytes = fc.uint8Array({ maxLength: 40 });

/** A record with the prototype that a decoded field has. */
const field = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true });

/** Messages of all types of fields, small and nested. */
export const messages: fc.Arbitrary<WireMessage> = fc.letrec<{ message: WireField[] }>((tie) => ({
  message: fc.array(
    fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      field({ type: fc.constant("string" as const), name: names, value: texts }),
      field({ type: fc.constant("binary" as const), name: names, value: bytes }),
      field({ type: fc.constant("packed" as const), name: names, value: bytes }),
      field({
        type: fc.constant("list" as const),
        name: names,
        value: fc.array(texts.filter((text) => text !== ""), { maxLength: 4 }),
      }),
      field({ type: fc.constant("struct" as const), name: names, value: tie("message") }),
    ),
    { maxLength: 6 },
  ),
})).message;
