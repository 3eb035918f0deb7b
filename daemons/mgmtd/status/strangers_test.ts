import assert from "node:assert/strict";
import type { Json } from "../../runtime/messages.ts";
import { codeOf, statusOf } from "./show_status.ts";

const status = (ccm: Json) =>
  statusOf(
    { cib: undefined, answers: { ccm, cib: { synced: true } }, results: undefined, silent: [] },
    0,
  );

Deno.test("a node that founds no cluster says why; one that hears strangers does not end with 0", {
  permissions: "none",
}, () => {
  const foundingRefused = "No cluster is founded: bob has the key. Fix: write the same nodes";
  const refused = status({ view: null, strangers: ["bob"], foundingRefused });
  assert.match(refused.text, /^WARNING: No cluster is founded: bob .*Fix: /m);
  assert.equal(codeOf(refused.view), 106);

  const view = { quorate: true, epoch: 1, members: [] };
  const founded = status({ view, strangers: ["bob", "carol"], foundingRefused: "" });
  assert.match(founded.text, /^WARNING: bob, carol have the key and are none of this .* Fix: /m);
  assert.equal(codeOf(founded.view), 78);
  assert.equal(codeOf(status({ view, strangers: [], foundingRefused: "" }).view), 0);
  for (const odd of [{ view }, { view, strangers: "bob", foundingRefused: 7 }]) {
    assert.equal(codeOf(status(odd).view), 0);
  }
});
