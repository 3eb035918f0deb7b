import assert from "node:assert/strict";
import { messageOf } from "./message_of.ts";

Deno.test("whatever was thrown is said in words", () => {
  const both = new SuppressedError(new Error("the close"), new TypeError("the work"));
  const odd = Object.assign(new Error("x"), { message: { code: 7 } });
  const table: readonly (readonly [unknown, string])[] = [
    [new RangeError("too much"), "too much"],
    [both, "the work; the close"],
    [new SuppressedError(new Error("the third"), both), "the work; the close; the third"],
    ["a text", "a text"],
    [undefined, "undefined"],
    [null, "null"],
    [7n, "7"],
    [Symbol("s"), "Symbol(s)"],
    [odd, "[object Object]"],
  ];
  for (const [thrown, said] of table) assert.equal(messageOf(thrown), said);
});

Deno.test("the causes of an error are named, each once", { permissions: "none" }, () => {
  const refused = new Error("Connection refused (os error 111)");
  const failed = new TypeError("fetch failed", { cause: refused });
  assert.equal(messageOf(failed), "fetch failed: Connection refused (os error 111)");
  const told = new Error(`Cannot ask: ${messageOf(failed)}`, { cause: failed });
  assert.equal(messageOf(told), "Cannot ask: fetch failed: Connection refused (os error 111)");
  const circle = new Error("a");
  circle.cause = new Error("b", { cause: circle });
  assert.ok(messageOf(circle).length < 100);
});

Deno.test("five causes are followed, an empty one says nothing", { permissions: "none" }, () => {
  let error: Error | undefined;
  for (const name of ["g", "f", "e", "d", "c", "b", "a"]) error = new Error(name, { cause: error });
  assert.equal(messageOf(error), "a: b: c: d: e: f");
  assert.equal(messageOf(new Error("a", { cause: "" })), "a");
  assert.equal(messageOf(new Error("a", { cause: "b" })), "a: b");
});
