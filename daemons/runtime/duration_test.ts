import assert from "node:assert/strict";
import { boundedMs, waitMsMax } from "./duration.ts";

Deno.test("a wait is within what a timer can be asked for, with something to spare", () => {
  assert.deepEqual(
    [-1, 0, 5, waitMsMax, waitMsMax + 1, 2_160_000_000, Infinity, NaN].map(boundedMs),
    [0, 0, 5, waitMsMax, waitMsMax, waitMsMax, waitMsMax, waitMsMax],
  );
  assert.ok(waitMsMax + 3_600_000 < 2 ** 31);
});
