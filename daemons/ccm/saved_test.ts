import assert from "node:assert/strict";
import { readSaved } from "./saved.ts";

Deno.test("what an earlier version wrote is read", () => {
  const text =
    `{"incarnation":4,"promised":3145729,"electorates":{"committed":{"version":2097153,"nodes":["alice","bob"]},"promised":[],"origin":5}}
58305a74825b02c9fb462232497c79cf411fa9627ebfb52a383c42055a85b946
`;
  const saved = readSaved(new TextEncoder().encode(text), ["alice", "bob", "carol"]);
  assert.equal(saved.incarnation, 4);
  assert.equal(saved.promised, 3_145_729);
  assert.deepEqual(saved.electorates, {
    committed: { version: 2_097_153, nodes: ["alice", "bob"] },
    promised: [],
    origin: 5,
  });
});
