import assert from "node:assert/strict";
import { Pause, pauseMs } from "./pause.ts";

Deno.test("a pause doubles up to its bound, and begins again when it is over", () => {
  const pause = new Pause(1_000, 8_000);
  const pauses = Array.from({ length: 6 }, () => pause.nextMs());
  assert.deepEqual(pauses, [1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  pause.over();
  assert.equal(pause.nextMs(), 1_000);
});

Deno.test("however often it failed, the pause is a number within its bound", () => {
  assert.equal(pauseMs(Number.MAX_SAFE_INTEGER, 20, 500), 500);
});
