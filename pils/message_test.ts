import assert from "node:assert/strict";
import { errorCharactersMax } from "./errors.ts";
import { FrameReader } from "./frame.ts";
import { frameOf, frameTypes, type FromPlugin, fromPlugin, isOfType } from "./message.ts";

const none = { permissions: "none" } as const;
const error = { name: "TypeError", message: "no" };

/** One message of each type, in the order of the bytes of their frames. */
const messages: readonly FromPlugin[] = [
  { type: "value", id: 0, value: [1] },
  { type: "error", id: 1, error },
  { type: "died", error },
  { type: "emit", event: { a: 1 } },
  { type: "log", level: "warning", text: "line" },
  { type: "pong" },
];

Deno.test(
  "each message of a plugin is read as it was sent, in a frame of its own type",
  none,
  () => {
    assert.equal(frameTypes.length, messages.length);
    for (const [type, message] of messages.entries()) {
      const [[found, value] = []] = [...new FrameReader(frameTypes).take(frameOf(message))];
      assert.equal(found, type, message.type);
      assert.deepEqual(fromPlugin(value), message);
      for (const other of messages.keys()) assert.equal(isOfType(value, other), other === type);
    }
  },
);

Deno.test(
  "a value and an event may be missing, and what else is there does not matter",
  none,
  () => {
    for (const message of [{ type: "value", id: 3 }, { type: "emit" }, { type: "pong", more: 1 }]) {
      assert.deepEqual(fromPlugin(message), message);
    }
  },
);

Deno.test("what is no message of a plugin is refused", none, () => {
  const wrong: readonly unknown[] = [
    ...[undefined, null, "pong", [], {}, { type: "ping" }, { type: "start", id: 1 }],
    ...[{ type: "value" }, { type: "value", id: -1 }, { type: "value", id: 0.5 }],
    ...[{ type: "value", id: "1" }, { type: "error", error }, { type: "error", id: 1 }],
    ...[{ type: "error", id: 1, error: { name: "E" } }, { type: "died" }],
    ...[{ type: "died", error: { name: 1, message: "" } }, { type: "log", text: "a" }],
    ...[{ type: "log", level: "loud", text: "a" }, { type: "log", level: "info", text: 1 }],
  ];
  for (const input of wrong) assert.equal(fromPlugin(input), undefined, JSON.stringify(input));
  for (const input of [undefined, null, "pong"]) assert.equal(isOfType(input, 5), false);
});

Deno.test("texts of errors and of the log are cut at their bound, values are not", none, () => {
  const just = "x".repeat(errorCharactersMax);
  const long = `${just}y`;
  const cutError = { name: just, message: just };
  for (
    const [message, taken] of [
      [{ type: "log", level: "info", text: long }, { type: "log", level: "info", text: just }],
      [{ type: "died", error: { name: long, message: long } }, { type: "died", error: cutError }],
      [{ type: "error", id: 1, error: { name: long, message: just } }, {
        type: "error",
        id: 1,
        error: cutError,
      }],
      [{ type: "value", id: 1, value: long }, { type: "value", id: 1, value: long }],
      [{ type: "emit", event: long }, { type: "emit", event: long }],
    ]
  ) assert.deepEqual(fromPlugin(message), taken);
});
