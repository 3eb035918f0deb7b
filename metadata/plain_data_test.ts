import assert from "node:assert/strict";
import { notPlain, plainBounds } from "./plain_data.ts";

class Named {
  name = "a class of its own";
}

Deno.test("what JSON and bytes can say is plain data, within the bounds", () => {
  const plain = [
    ...[null, undefined, true, -0, NaN, "text", [], {}, [[{}]], new Uint8Array(3), new Named()],
    Object.create(null),
    JSON.parse('{"__proto__":{"x":1},"constructor":2}'),
    Array.from({ length: plainBounds.valuesMax - 1 }, () => 0),
  ];
  for (const value of plain) {
    assert.equal(notPlain(value), undefined, Deno.inspect(value).slice(0, 80));
  }
});

Deno.test("anything else is not", () => {
  const circle: unknown[] = [];
  circle.push({ circle });
  let deep: unknown = 0;
  for (let at = 0; at < 100_000; at++) deep = { deep };
  for (
    const [value, why] of [
      [circle, /nested more than 64 deep/],
      [deep, /nested more than 64 deep/],
      [new Map(), /\[object Map\]/],
      [{ x: [new Date()] }, /\[object Date\]/],
      [new Error("x"), /\[object Error\]/],
      [new Float64Array(1), /\[object Float64Array\]/],
      [new ArrayBuffer(1), /\[object ArrayBuffer\]/],
      [1n, /a bigint/],
      [[() => {}], /a function/],
      [Symbol("x"), /a symbol/],
      [new Array(plainBounds.valuesMax).fill(0), /more than 50000 values/],
      [["x".repeat(plainBounds.sizeMax + 1)], /larger than/],
      [{ ["x".repeat(plainBounds.sizeMax + 1)]: 0 }, /larger than/],
      [new Uint8Array(plainBounds.sizeMax + 1), /larger than/],
    ] as const
  ) assert.match(notPlain(value) ?? "", why);
});
