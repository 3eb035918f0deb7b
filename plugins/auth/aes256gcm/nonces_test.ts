import assert from "node:assert/strict";
import { nonces } from "./nonces.ts";

const none = { permissions: "none" } as const;
const last = 0xffff_ffff;

Deno.test(
  "auth/aes256gcm counts in the last four bytes, behind random ones of its own",
  none,
  () => {
    const [one, other] = [nonces(), nonces()];
    const [first, second] = [one().toHex(), one().toHex()];
    assert.match(first, /^[0-9a-f]{16}00000000$/);
    assert.equal(second, `${first.slice(0, 16)}00000001`);
    assert.notEqual(other().toHex().slice(0, 16), first.slice(0, 16));
  },
);

Deno.test("auth/aes256gcm draws new random bytes when the count is used up", none, () => {
  const next = nonces(last);
  const [before, after] = [next().toHex(), next().toHex()];
  assert.match(before, /ffffffff$/);
  assert.match(after, /00000000$/);
  assert.notEqual(after.slice(0, 16), before.slice(0, 16));
});
