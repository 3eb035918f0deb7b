import assert from "node:assert/strict";
import type { Json } from "../../runtime/messages.ts";
import { codeOf, statusOf } from "./show_status.ts";

const view = { quorate: true, epoch: 1, members: [] };
const status = (ccm: Json) =>
  statusOf(
    { cib: undefined, answers: { ccm, cib: { synced: true } }, results: undefined, silent: [] },
    0,
  );

Deno.test("members that are left out are shown as text and as data, each with its fix", {
  permissions: "none",
}, () => {
  const shown = status({ view, withholding: ["bob", "carol"], accused: null });
  for (const name of ["bob", "carol"]) {
    assert.match(shown.text, new RegExp(`^WARNING: ${name} is heard, and left out.*Fix: `, "m"));
  }
  assert.deepEqual(shown.data.codes, ["HA6010"]);
  assert.deepEqual(shown.data.asked.withholding, ["bob", "carol"]);
  assert.equal(codeOf(shown.view), 0, "as with a node that is down");
});

Deno.test("a coordinator that decides nothing is shown, and the status does not end with 0", {
  permissions: "none",
}, () => {
  const shown = status({ view, withholding: [], accused: "alice" });
  assert.match(shown.text, /^WARNING: The coordinator alice is heard, and decides nothing.*Fix: /m);
  assert.deepEqual([shown.data.codes, shown.data.asked.accused], [["HA6011"], "alice"]);
  assert.equal(codeOf(shown.view), 75);
  for (const odd of [{ view }, { view, withholding: 7, accused: ["x"] }]) {
    assert.equal(codeOf(status(odd).view), 0);
  }
});
