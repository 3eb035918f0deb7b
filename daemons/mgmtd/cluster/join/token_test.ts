import assert from "node:assert/strict";
import fc from "fast-check";
import { readToken, type Token, tokenText } from "./token.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const port = fc.integer({ min: 1, max: 65_535 });
const address = fc.oneof(fc.ipV4(), fc.ipV6());
const token: fc.Arbitrary<Token> = fc.record({
  address,
  port,
  endsS: fc.integer({ min: 0, max: 0xffff_ffff }),
  fingerprint: bytes(32),
  secret: bytes(16),
});

/** An IPv6 address has many spellings. */
const whole = (address: string) =>
  new URL(`http://${address.includes(":") ? `[${address}]` : address}`).host;

Deno.test("a token is read as it was made", () => {
  fc.assert(fc.property(token, (made) => {
    const read = readToken(tokenText(made));
    assert.equal(whole(read.address), whole(made.address));
    assert.deepEqual({ ...read, address: "" }, {
      ...made,
      address: "",
      fingerprint: Uint8Array.from(made.fingerprint),
      secret: Uint8Array.from(made.secret),
    });
  }));
});

Deno.test("a token with one character changed, missing or doubled is none", () => {
  const text = tokenText({
    address: "192.0.2.7",
    port: 694,
    endsS: 1_800_000_000,
    fingerprint: new Uint8Array(32).map((_, at) => 7 * at),
    secret: new Uint8Array(16).map((_, at) => 11 * at),
  });
  for (let at = 0; at < text.length; at++) {
    const other = text[at] === "A" ? "B" : "A";
    for (const part of [other, "", text[at]! + text[at]!, "+", " "]) {
      const typed = text.slice(0, at) + part + text.slice(at + 1);
      if (typed === text) continue;
      assert.throws(
        () => readToken(typed),
        /This is no token: .*\[HA0041\]. Fix: copy it whole/,
        typed,
      );
    }
  }
});

Deno.test("what is no token, or of another version, is refused by name", () => {
  assert.throws(() => readToken(""), /does not begin with HA1-/);
  assert.throws(
    () => readToken("HA2-AAAA"),
    /it is of version 2, and this program knows version 1/,
  );
  assert.throws(() => readToken("HA1-"), /characters that no token has/);
  assert.throws(() => readToken(`HA1-${"A".repeat(5_000)}`), /characters that no token has/);
  fc.assert(fc.property(fc.string(), (text) => {
    assert.throws(() => readToken(text), TypeError);
    assert.throws(() => readToken(`HA1-${text}`), TypeError);
  }));
});
