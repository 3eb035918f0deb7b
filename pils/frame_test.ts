import assert from "node:assert/strict";
import fc from "fast-check";
import { Meter } from "./meter.ts";
import { usualLimits } from "./running.ts";
import { encodeFrame, frameBytesMax, FrameReader } from "./frame.ts";

function decode(bytes: Uint8Array): unknown[] {
  return [...new FrameReader().take(bytes)].map(([, value]) => value);
}

/** A frame whose text is given. */
function frameOf(text: string, type = 0): Uint8Array {
  const body = new TextEncoder().encode(text);
  const frame = new Uint8Array(5 + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame[4] = type;
  frame.set(body, 5);
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
          for (const [, one] of reader.take(stream.subarray(at, at + step))) got.push(one);
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
  assert.throws(() => decode(new Uint8Array([0, 0, 0, 1, 0, 0xff])), TypeError);
  assert.deepEqual(decode(new Uint8Array([0, 0, 0, 4, 0, 0x31])), [], "it waits for the rest");
});

Deno.test("each type has bounds, which hold before anything is kept or parsed", () => {
  const types = [
    { bytesMax: 64, depthMax: 4, valuesMax: 16 },
    { bytesMax: 100_000, depthMax: 8, valuesMax: 5_000 },
  ];
  const read = (bytes: Uint8Array) => [...new FrameReader(types).take(bytes)];
  assert.deepEqual(read(frameOf("1")), [[0, 1]]);
  assert.deepEqual(read(frameOf('"x"', 1)), [[1, "x"]]);
  assert.throws(() => read(frameOf("1", 2)), /unknown type 2/);
  assert.throws(() => read(frameOf("1".repeat(65))), /A frame of 65 bytes; the limit is 64/);
  // The head alone is enough to be refused.
  assert.throws(() => read(new Uint8Array([0, 0, 0, 65, 0])), /limit is 64 bytes/);
  assert.throws(() => read(frameOf("[".repeat(40_000), 1)), /nested more than 8 deep/);
  assert.throws(() => read(frameOf(`[${"1,".repeat(5_000)}1]`, 1)), /more than 5000 values/);
});

Deno.test("what reading costs is counted: bytes, frames, and time on the whole", () => {
  const limits = { ...usualLimits, saidBytesPerSecondMax: 1_000, framesPerSecondMax: 10 };
  // Whole milliseconds: a sum of others may fall short by rounding.
  const start = Math.ceil(performance.now());
  const meter = () => new Meter(limits);
  const bytes = meter();
  assert.equal(bytes.read(1_000, 1, start, start), undefined);
  assert.match(bytes.read(1, 1, start + 999, start + 999) ?? "", /1000 bytes in a second/);
  assert.equal(bytes.read(1_000, 1, start + 1_000, start + 1_000), undefined);
  const frames = meter();
  for (let at = 0; at < 10; at++) assert.equal(frames.read(1, 1, start, start), undefined);
  assert.match(frames.read(1, 1, start, start) ?? "", /10 frames in a second/);
  const time = meter();
  for (let second = 1; second <= 20; second++) { // a quarter of its time, for as long as it likes
    const now = start + 1_000 * second;
    assert.equal(time.read(1, 1, now - 200, now), undefined);
  }
  const once = meter();
  assert.equal(once.read(1, 1, start, start + 900), undefined, "one large answer");
  assert.match(once.read(1, 1, start + 900, start + 1_800) ?? "", /more than 250 ms of a second/);
});

Deno.test("nothing that crosses becomes a prototype", () => {
  const [value] = decode(frameOf('{"a":{"__proto__":{"admin":true}},"__proto__":{"admin":true}}'));
  assert.equal(Reflect.get(Object(value), "admin"), undefined);
  assert.deepEqual(value, { a: {} });
  // Written otherwise, the name is the same.
  const [other] = decode(frameOf('{"\\u005f_proto__":{"admin":true}}'));
  assert.deepEqual(Object.keys(Object(other)), []);
});

Deno.test("a small frame is parsed at once, a larger one is measured first", () => {
  const types = [{ bytesMax: 100_000, depthMax: 8, valuesMax: 5_000 }];
  const read = (depth: number, blanks: number) => [
    ...new FrameReader(types).take(
      frameOf("[".repeat(depth) + " ".repeat(blanks) + "]".repeat(depth)),
    ),
  ];
  assert.equal(read(1_024, 0).length, 1, "2048 bytes");
  assert.throws(() => read(1_024, 1), /nested more than 8 deep/);
});

Deno.test("reading time is earned as time passes, up to one burst, and spent to the last", () => {
  const start = Math.ceil(performance.now());
  const meter = new Meter({ ...usualLimits, readingMsPerSecondMax: 250, readingMsMax: 1_000 });
  // It is there from the first moment; more than a burst is not saved up.
  assert.equal(meter.read(0, 0, start + 9_000, start + 10_000), undefined, "a whole burst");
  assert.equal(meter.read(0, 0, start + 11_000, start + 11_000), undefined);
  assert.equal(meter.read(0, 0, start + 11_750, start + 12_000), undefined);
  assert.equal(meter.read(0, 0, start + 12_500, start + 13_000), undefined, "to the last");
  assert.match(meter.read(0, 0, start + 13_749, start + 14_000) ?? "", /more than 250 ms/);
});
