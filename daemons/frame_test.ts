import assert from "node:assert/strict";
import { encodeFrame, FrameReader } from "./frame.ts";

Deno.test("frames come out whole however their bytes arrive", () => {
  const values = [{ a: 1 }, "ä", [], { long: "x".repeat(50_000) }];
  const bytes = values.map(encodeFrame);
  const whole = new Uint8Array(bytes.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const frame of bytes) {
    whole.set(frame, at);
    at += frame.length;
  }
  for (const step of [1, 3, 4, 5, 1000, whole.length]) {
    const frames = new FrameReader();
    const found: unknown[] = [];
    for (let from = 0; from < whole.length; from += step) {
      found.push(...frames.push(whole.subarray(from, from + step)));
    }
    assert.deepEqual(found, values, `in pieces of ${step}`);
  }
});

Deno.test("a frame that announces too much is refused before it is read", () => {
  const frames = new FrameReader(100);
  assert.throws(() => frames.push(new Uint8Array([0, 0, 0, 101])), RangeError);
  assert.throws(() => new FrameReader().push(new Uint8Array([255, 255, 255, 255])), RangeError);
});

Deno.test("a frame that is not JSON, or not UTF-8, is refused", () => {
  assert.throws(() => new FrameReader().push(new Uint8Array([0, 0, 0, 1, 0x7b])), SyntaxError);
  assert.throws(() => new FrameReader().push(new Uint8Array([0, 0, 0, 1, 0xff])), TypeError);
});
