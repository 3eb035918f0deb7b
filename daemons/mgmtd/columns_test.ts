import assert from "node:assert/strict";
import { columns } from "./columns.ts";

Deno.test("columns are as wide as their widest cell, and a heading widens none", () => {
  assert.deepEqual(
    columns([["ID", "STATE"], ["a long heading"], ["web", "x"], ["b", "", "last"]]),
    [
      "ID   STATE",
      "a long heading",
      "web  x",
      "b           last",
    ],
  );
  assert.deepEqual(columns([]), []);
});
