import assert from "node:assert/strict";
import { frameBytes } from "./frame.ts";

/** A frame: its descriptor, so many bytes of its head, its blocks, and what is behind. */
const frame = (descriptor: number, headBytes: number, ...rest: readonly number[]) =>
  Uint8Array.from([
    0x28,
    0xb5,
    0x2f,
    0xfd,
    descriptor,
    ...Array<number>(headBytes).fill(0),
    ...rest,
  ]);
/** The head of a block. */
const block = (last: number, type: number, size: number) => {
  const header = last | (type << 1) | (size << 3);
  return [header & 255, (header >> 8) & 255, header >> 16];
};
const empty = block(1, 0, 0);

Deno.test("a frame is as long as its head, its blocks and its checksum", () => {
  const cases: readonly (readonly [descriptor: number, headBytes: number])[] = [
    [0x00, 1], // a window
    [0x20, 1], // one segment: one byte of size
    [0x01, 2],
    [0x02, 3],
    [0x03, 5],
    [0x40, 3],
    [0x80, 5],
    [0xc0, 9],
    [0x60, 2],
    [0xe3, 12],
  ];
  for (const [descriptor, headBytes] of cases) {
    const bytes = frame(descriptor, headBytes, ...empty);
    assert.equal(frameBytes(bytes), 5 + headBytes + 3, descriptor.toString(16));
    assert.equal(frameBytes(Uint8Array.of(...bytes, 9, 9)), bytes.length);
    const checked = frame(descriptor | 4, headBytes, ...empty, 1, 2, 3, 4);
    assert.equal(frameBytes(checked), checked.length);
    for (const whole of [bytes, checked]) {
      for (let cut = 0; cut < whole.length; cut++) {
        assert.equal(frameBytes(whole.subarray(0, cut)), undefined, `${descriptor} cut to ${cut}`);
      }
    }
  }
});

Deno.test("blocks are as long as they say; one of a repeated byte holds that alone", () => {
  const raw = frame(0x20, 1, ...block(0, 0, 3), 1, 2, 3, ...block(1, 2, 2), 4, 5);
  assert.equal(frameBytes(raw), raw.length);
  const repeated = frame(0x20, 1, ...block(1, 1, 100_000), 7);
  assert.equal(frameBytes(repeated), repeated.length);
  const large = frame(0x20, 1, ...block(1, 0, 70_000), ...Array<number>(70_000).fill(1));
  assert.equal(frameBytes(large), large.length);
  assert.equal(frameBytes(large.subarray(0, -1)), undefined);
  assert.equal(frameBytes(frame(0x20, 1, ...block(1, 3, 0))), undefined, "a reserved type");
  for (let at = 0; at < 4; at++) {
    const other = raw.slice();
    other[at]! ^= 1;
    assert.equal(frameBytes(other), undefined);
  }
});
