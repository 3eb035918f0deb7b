import assert from "node:assert/strict";
import { reasonLines } from "./reason_lines.ts";
import { shown } from "./terminal.ts";

Deno.test("a reason of several lines is several lines on the terminal, and poses as none of ours", {
  permissions: "none",
}, () => {
  const text = "Nothing was changed: not the language [HA3002]\n  tags: no\nWARNING: \u001b[2J";
  assert.equal(
    shown(reasonLines(text)),
    "Nothing was changed: not the language [HA3002]\n  tags: no\n  WARNING: \\u001b[2J\n",
  );
  assert.deepEqual(reasonLines("one"), ["one"]);
  assert.equal(reasonLines("x\n".repeat(5_000)).length, 201);
});
