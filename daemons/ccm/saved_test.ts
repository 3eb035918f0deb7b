import assert from "node:assert/strict";
import { DiagnosticError } from "../../metadata/diagnostic.ts";
import { begun } from "./electorate.ts";
import { readSaved, refuseDamaged, writeSaved } from "./saved.ts";

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

Deno.test("a file that is cut or changed anywhere is refused with what to do, and never read", () => {
  const whole = writeSaved({ incarnation: 7, promised: 3_145_729, electorates: begun(["alice"]) });
  const damaged = [
    ...Array.from(whole, (_, at) => whole.slice(0, at)),
    ...Array.from(whole, (_, at) => whole.map((byte, other) => other === at ? byte ^ 1 : byte)),
  ];
  refuseDamaged(undefined, "/state/ccm");
  refuseDamaged(whole, "/state/ccm");
  for (const bytes of damaged) {
    const same = new TextDecoder().decode(bytes).trimEnd() ===
      new TextDecoder().decode(whole).trimEnd();
    if (same) continue; // only the last line break
    assert.throws(() => refuseDamaged(bytes, "/state/ccm"), (error) => {
      assert.ok(error instanceof DiagnosticError);
      assert.match(error.message, /\/state\/ccm: the saved membership is damaged.*HA9002.*Fix: /s);
      return true;
    });
  }
});
