import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeFrame, frameBytesMax, FrameReader } from "./frame.ts";

function decode(bytes: Uint8Array): unknown[] {
  return [...new FrameReader().take(bytes)];
}

/** A frame whose text is given. */
function frameOf(text: string): Uint8Array {
  const body = new TextEncoder().encode(text);
  const frame = new Uint8Array(4 + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, 4);
  return frame;
}

Deno.test("plain data survives, however it is cut into chunks", () => {
  const plain = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)));
  const value = fc.record({ plain, bytes: fc.array(fc.uint8Array()) });
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 4 }),
      fc.integer({ min: 1, max: 50 }),
      (values, step) => {
        const stream = new Uint8Array(values.flatMap((value) => [...encodeFrame(value)]));
        const reader = new FrameReader();
        const got: unknown[] = [];
        for (let at = 0; at < stream.length; at += step) {
          got.push(...reader.take(stream.subarray(at, at + step)));
        }
        assert.deepEqual(got, values.map((value) => restore(value)));
      },
    ),
  );
});

/** Without `__proto__`, which never crosses. */
function restore(value: unknown): unknown {
  if (value instanceof Uint8Array || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(restore);
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => key !== "__proto__").map((
      [key, inner],
    ) => [key, restore(inner)]),
  );
}

Deno.test("what is too long, malformed or a lie is refused", () => {
  const tooLong = new Uint8Array(8);
  new DataView(tooLong.buffer).setUint32(0, frameBytesMax + 1);
  assert.throws(() => decode(tooLong), /limit is 16777216 bytes/);
  assert.throws(() => encodeFrame("x".repeat(frameBytesMax)), /limit/);
  assert.throws(() => encodeFrame({ f() {} }), /"f" is a function/);
  assert.throws(() => decode(frameOf("{")), SyntaxError);
  assert.throws(() => decode(frameOf('{"\\u0000bytes":"="}')), SyntaxError);
  assert.throws(() => decode(frameOf('{"\\u0000bytes":[0,1]}')), TypeError);
  assert.throws(() => decode(new Uint8Array([0, 0, 0, 1, 0xff])), TypeError);
  assert.deepEqual(decode(new Uint8Array([0, 0, 0, 4, 0x31])), [], "it waits for the rest");
});

Deno.test("nothing that crosses becomes a prototype", () => {
  const [value] = decode(frameOf('{"a":{"__proto__":{"admin":true}},"__proto__":{"admin":true}}'));
  assert.equal(Reflect.get(Object(value), "admin"), undefined);
  assert.deepEqual(value, { a: {} });
  // Written otherwise, the name is the same.
  const [other] = decode(frameOf('{"\\u005f_proto__":{"admin":true}}'));
  assert.deepEqual(Object.keys(Object(other)), []);
});
