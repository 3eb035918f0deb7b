import assert from "node:assert/strict";
import { errorData } from "./errors.ts";
import { fromPlugin } from "./message.ts";

Deno.test("anything that a plugin throws crosses as an error", () => {
  const odd = Object.assign(new Error("x"), { name: 5, message: { code: 7 } });
  for (const thrown of [odd, new SuppressedError(1, odd), "text", undefined, null, 1n, Symbol()]) {
    const message = { type: "error", id: 1, error: errorData(thrown) };
    assert.deepEqual(fromPlugin(message), message);
  }
});
