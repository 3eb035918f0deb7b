import assert from "node:assert/strict";
import { operationsFor } from "./parallel.ts";

Deno.test("operations at once follow the cores, within the bounds of the configuration", () => {
  for (const [cores, operations] of [[1, 2], [2, 4], [64, 128], [1024, 256], [0, 2], [NaN, 2]]) {
    assert.equal(operationsFor(cores!), operations, `${cores} cores`);
  }
});
