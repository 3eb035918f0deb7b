/**
 * What comes from the other side, changed at random: it is read as what it is, or refused; never thrown.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Refusal } from "../../../runtime/reader.ts";
import { readAsk, readGranted, readSaid } from "./said.ts";
import { goodAsk, keysOfToken } from "./testing/world.ts";

const hex = (digits: number) => "0123456789abcdef".repeat(digits / 16);
const good: readonly string[] = [
  { type: "hello", version: 1, nonce: hex(32) },
  { type: "ask", version: 1, nonce: hex(32), body: JSON.stringify(goodAsk()), proof: hex(64) },
  { type: "granted", body: "{}", proof: hex(64) },
  { type: "staged", proof: hex(64) },
  { type: "added", proof: hex(64) },
  { type: "refused", reason: "no. Fix: yes" },
  goodAsk(),
  { config: { cluster: "demo", nodes: ["alice"] }, authkeys: keysOfToken, notes: ["one"] },
].map((message) => JSON.stringify(message));

Deno.test("each message is read as it was sent", () => {
  for (const line of good.slice(0, 6)) assert.equal(JSON.stringify(readSaid(line)), line);
  assert.equal(JSON.stringify(readAsk(good[6]!)), good[6]);
  assert.equal(JSON.stringify(readGranted(good[7]!)), good[7]);
});

Deno.test("a message with changed characters, members or values never throws, and is what it says", () => {
  const line = fc.constantFrom(...good);
  const mutated = fc.oneof(
    fc.tuple(line, fc.nat(), fc.nat(5), fc.string({ maxLength: 5 })).map(([text, at, cut, put]) => {
      const from = at % text.length;
      return text.slice(0, from) + put + text.slice(from + cut);
    }),
    fc.tuple(line, fc.nat(), fc.jsonValue()).map(([text, at, value]) => {
      const message: Record<string, unknown> = { ...JSON.parse(text) };
      const names = Object.keys(message);
      message[names[at % names.length]!] = value;
      return JSON.stringify(message);
    }),
    fc.json(),
  );
  fc.assert(
    fc.property(mutated, (text) => {
      for (const reader of [readSaid, readAsk, readGranted]) {
        const read = reader(text);
        if (read instanceof Refusal) continue;
        // What is believed is in the text, and nothing else.
        const sent: Record<string, unknown> = { ...JSON.parse(text) };
        for (const [name, value] of Object.entries(read)) {
          if (typeof value === "string") assert.equal(value, sent[name]);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("a name that is there twice is refused", () => {
  assert.ok(readAsk(good[6]!.replace("{", '{"name":"eve",')) instanceof Refusal);
});
