import assert from "node:assert/strict";
import {
  helloFrame,
  levelsFrame,
  lineFrame,
  lostFrame,
  payloadBytesMax,
  PayloadReader,
  readClientFrame,
  readServerFrame,
  settledFrame,
  textBytesMax,
} from "./wire.ts";

const pure = { permissions: "none" } as const;

const payloadOf = (frame: Uint8Array): Uint8Array => frame.slice(8);
const line = {
  facility: 24,
  severity: 6,
  pid: 812,
  entity: "crmd",
  time: 1_796_098_211_488,
  text: "a line, größer",
};

/** What `ha_logger -t mytag "hello world"` sends. */
const captured = "6c000000cdab0000020000000800000006000000" + "0c00000000000000" + "0e000000" +
  `6d79746167${"00".repeat(59)}84420e6b0000000068656c6c6f20776f726c6400`;

Deno.test("what the original's program sends is read", pure, () => {
  const [payload = new Uint8Array()] = new PayloadReader().take(Uint8Array.fromHex(captured));
  assert.deepEqual(readClientFrame(payload), {
    type: "line",
    facility: 8,
    severity: 6,
    pid: 14,
    entity: "mytag",
    time: 0x6b0e4284,
    text: "hello world",
  });
});

Deno.test("frames are read as they were written", pure, () => {
  assert.deepEqual(readClientFrame(payloadOf(lineFrame(line))), { type: "line", ...line });
  const id = "00ff00ff00ff00ff";
  assert.deepEqual(readClientFrame(payloadOf(helloFrame(id, 7, "crmd"))), {
    type: "hello",
    id,
    next: 7,
    name: "crmd",
  });
  const gap = { first: 3, last: 9, fromMs: 10, toMs: 20 };
  assert.deepEqual(readClientFrame(payloadOf(lostFrame(gap))), { type: "lost", ...gap });
  assert.deepEqual(readServerFrame(payloadOf(settledFrame("settled", 5))), {
    type: "settled",
    upTo: 5,
  });
  const levels = { all: 6, of: { crmd: 7 } };
  assert.deepEqual(readServerFrame(payloadOf(levelsFrame(levels))), { type: "levels", levels });
});

Deno.test("a text that is too long is cut, and a name is one word", pure, () => {
  const read = readClientFrame(payloadOf(lineFrame({ ...line, text: "x".repeat(99_999) })));
  assert.equal(read.type === "line" && read.text.length, textBytesMax - 1);
  const named = readClientFrame(payloadOf(lineFrame({ ...line, entity: "a b: \ncrmd" })));
  assert.equal(named.type === "line" && named.entity.includes(" "), false);
});

const changed = (at: number, value: number): Uint8Array => {
  const payload = payloadOf(lineFrame(line));
  new DataView(payload.buffer).setInt32(at, value, true);
  return payload;
};
const wrong: readonly (readonly [what: string, payload: Uint8Array])[] = [
  ["no type", new Uint8Array(2)],
  ["an unknown type", changed(0, 3)],
  ["a negative facility", changed(4, -1)],
  ["a facility that does not exist", changed(4, 24 * 8)],
  ["a negative priority", changed(8, -1)],
  ["a priority that does not exist", changed(8, 256)],
  ["a text that is longer than its frame", changed(12, 999)],
  ["a negative length", changed(12, -5)],
  ["a negative process", changed(20, -1)],
  ["a head that is cut", payloadOf(lineFrame(line)).slice(0, 95)],
  ["a hello of another size", payloadOf(helloFrame("1", 1, "a")).slice(0, 40)],
  ["a hello before the first line", payloadOf(helloFrame("1", 0, "a"))],
  [
    "a gap that ends before it begins",
    payloadOf(lostFrame({ first: 9, last: 3, fromMs: 0, toMs: 0 })),
  ],
];
for (const [what, payload] of wrong) {
  Deno.test(`a client is refused for ${what}`, pure, () => {
    assert.throws(() => readClientFrame(payload), RangeError);
  });
}

Deno.test("payloads are cut however the bytes come, and bounded before they are read", pure, () => {
  const frames = [lineFrame(line), lostFrame({ first: 1, last: 2, fromMs: 0, toMs: 0 })];
  const bytes = new Uint8Array(frames.flatMap((frame) => [...frame]));
  for (let size = 1; size < bytes.length; size += 7) {
    const reader = new PayloadReader();
    const types: string[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      for (const payload of reader.take(bytes.slice(at, at + size))) {
        types.push(readClientFrame(payload).type);
      }
    }
    assert.deepEqual(types, ["line", "lost"]);
    assert.equal(reader.waiting, 0);
  }
  const head = new Uint8Array(8);
  const view = new DataView(head.buffer);
  view.setUint32(0, payloadBytesMax + 1, true);
  view.setUint32(4, 0xabcd, true);
  assert.throws(() => [...new PayloadReader().take(head)], RangeError);
  view.setUint32(4, 0xabce, true);
  assert.throws(() => [...new PayloadReader().take(head)], RangeError);
});
