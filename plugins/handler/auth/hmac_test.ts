import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { sameMac } from "./constant_time.ts";
import { hmac } from "./hmac.ts";

Deno.test("it signs as the library does, whatever the lengths of key and packet, again and again", () => {
  for (const algorithm of ["md5", "sha1", "sha256"] as const) {
    for (const keyLength of [0, 1, 63, 64, 65, 200]) {
      const key = "k".repeat(keyLength);
      const sign = hmac(algorithm, key);
      for (const length of [0, 1, 2_047, 2_048, 2_049, 100, 5_000, 9_999, 10_000, 10_001, 3]) {
        const packet = new Uint8Array(length).map((_, at) => at % 251);
        const wanted = createHmac(algorithm, key).update(packet).digest("hex");
        assert.equal(sign(packet), wanted, `${algorithm}, a key of ${keyLength}, ${length} bytes`);
      }
    }
  }
});

Deno.test("two signatures are the same if every character is", () => {
  assert.ok(sameMac("", ""));
  assert.ok(sameMac("abc", "abc"));
  for (const other of ["", "ab", "abcd", "xbc", "axc", "abx", "ABC"]) {
    assert.ok(!sameMac("abc", other), other);
    assert.ok(!sameMac(other, "abc"), other);
  }
});
