import assert from "node:assert/strict";
import { connectionsOf } from "./user_socket.ts";

Deno.test("the flood of one user shuts out neither another user nor itself for ever", {
  permissions: "none",
}, () => {
  let nowMs = 0;
  const isTooMany = connectionsOf(() => nowMs);
  const flood = Array.from({ length: 10_000 }, () => isTooMany(1_001));
  assert.equal(flood.filter((refused) => !refused).length, 50);
  assert.equal(isTooMany(1_002), false);
  nowMs = 51;
  assert.equal(isTooMany(1_001), false);
  // One user with very many numbers is bounded as well.
  const many = Array.from({ length: 10_000 }, (_, at) => isTooMany(2_000 + at));
  assert.equal(many.filter((refused) => !refused).length, 499);
});
