import assert from "node:assert/strict";
import { remembered } from "./remembered.ts";

Deno.test("what was computed is not computed again, until it is forgotten", () => {
  const asked: string[] = [];
  const compute = (text: string) => {
    asked.push(text);
    return { text };
  };
  const read = remembered(compute, { entriesMax: 2 });
  assert.equal(read("a"), read("a"));
  read("b");
  assert.deepEqual(asked, ["a", "b"]);
  read("c"); // "a" is the oldest
  read("b");
  read("a");
  assert.deepEqual(asked, ["a", "b", "c", "a"]);
});

Deno.test("the characters of what is remembered are bounded", () => {
  let count = 0;
  const read = remembered((text: string) => ({ length: text.length, count: ++count }), {
    entriesMax: 100,
    charactersMax: 10,
  });
  read("12345678901");
  assert.equal(read("12345678901").count, 2, "too long to be remembered");
  read("12345");
  read("abcde");
  assert.equal(read("12345").count, 3, "both fit");
  read("f"); // pushes out the oldest
  assert.equal(read("abcde").count, 4);
  assert.equal(read("12345").count, 6);
});

Deno.test("what fails is not remembered", () => {
  let count = 0;
  const read = remembered((): string => {
    throw new Error(String(++count));
  }, { entriesMax: 1 });
  assert.throws(() => read("x"), /1/);
  assert.throws(() => read("x"), /2/);
});
