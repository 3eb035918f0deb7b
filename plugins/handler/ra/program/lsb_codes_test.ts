import assert from "node:assert/strict";
import { ofLsbAction, ofLsbStatus } from "./lsb_codes.ts";

Deno.test(
  "the codes of status mean running, not running or an error, and no others mean anything",
  {
    permissions: "none",
  },
  () => {
    const known = [0, 1, 2, 3, 4, 5, 6, 7, 150].map(ofLsbStatus);
    assert.deepEqual(known, [0, 7, 7, 7, 1, undefined, undefined, undefined, undefined]);
  },
);

Deno.test("0 to 7 mean the same in both standards; what does not run is stopped", {
  permissions: "none",
}, () => {
  for (const action of ["start", "stop", "restart"]) {
    const codes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 255].map((code) => ofLsbAction(action, code));
    const last = action === "stop" ? 0 : 7;
    assert.deepEqual(codes, [0, 1, 2, 3, 4, 5, 6, last, undefined, undefined], action);
  }
});
