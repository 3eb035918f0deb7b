import assert from "node:assert/strict";
import {
  anything,
  integer,
  list,
  object,
  oneOf,
  type Reader,
  record,
  Refusal,
  sorts,
  text,
  writable,
  yesOrNo,
} from "./reader.ts";

const said = <T>(read: Reader<T>, value: unknown) => {
  const got = read(value);
  return got instanceof Refusal ? `${got}` : got;
};

Deno.test("each reader takes what it is for, to its edges, and says what it expected", () => {
  const table: readonly (readonly [Reader<unknown>, unknown, unknown])[] = [
    [text(2), "ab", "ab"],
    [text(2), "abc", "expected text of at most 2 characters"],
    [text(2), 1, "expected text of at most 2 characters"],
    [writable(3), "a\n\t", "a\n\t"],
    [writable(3), "é😀", "é😀"],
    [writable(3), "\ufffd", "\ufffd"],
    ...["\0", "\x08", "\x0b", "\x1f", "\ud800", "\uffff", "\ufffe", "abcd"].map((value) =>
      [
        writable(3),
        value,
        "expected text of at most 3 characters, without control characters",
      ] as const
    ),
    [integer(1, 3), 1, 1],
    [integer(1, 3), 3, 3],
    ...[0, 4, 1.5, "2", NaN, Infinity, null, 2n].map((value) =>
      [integer(1, 3), value, "expected an integer from 1 to 3"] as const
    ),
    [integer(0, Infinity), 2 ** 53, "expected an integer from 0 to Infinity"],
    [oneOf("a", "b"), "b", "b"],
    [oneOf("a", "b"), "c", "expected one of a, b"],
    [yesOrNo, false, false],
    [yesOrNo, 0, "expected true or false"],
    [list(yesOrNo, 2), [true, false], [true, false]],
    [list(yesOrNo, 2), [true, 1], "[1]: expected true or false"],
    [list(yesOrNo, 2), [true, true, true], "expected a list of at most 2 items"],
    [list(yesOrNo, 2), { length: 1, 0: true }, "expected a list of at most 2 items"],
    [record(yesOrNo, 1), { a: true }, { a: true }],
    [record(yesOrNo, 1), { a: 1 }, '["a"]: expected true or false'],
    [record(yesOrNo, 1), { a: true, b: true }, "expected an object of at most 1 members"],
    [record(yesOrNo, 1), [], "expected an object of at most 1 members"],
    [record(yesOrNo, 1), null, "expected an object of at most 1 members"],
    [
      record(yesOrNo, 1),
      JSON.parse('{"__proto__":true}'),
      '["__proto__"]: expected a name of at most 1024 characters, not __proto__',
    ],
    [record(yesOrNo, 1), { ["x".repeat(1_024)]: true }, { ["x".repeat(1_024)]: true }],
    [
      record(yesOrNo, 1),
      { ["x".repeat(1_025)]: true },
      `["${"x".repeat(64)}"]: expected a name of at most 1024 characters, not __proto__`,
    ],
    [
      record(yesOrNo, 1),
      { "\0": true },
      '["\\u0000"]: expected a name of at most 1024 characters, not __proto__',
    ],
  ];
  for (const [read, value, wanted] of table) assert.deepEqual(said(read, value), wanted);
});

Deno.test("an object keeps what it names, in the order in which it came", () => {
  const read = object({ a: yesOrNo, b: text(1) }, { c: yesOrNo });
  assert.deepEqual(said(read, { c: true, x: 1, b: "1", a: false }), { c: true, b: "1", a: false });
  assert.deepEqual(Object.keys(Object(read({ c: true, b: "1", a: false }))), ["c", "b", "a"]);
  assert.deepEqual(said(read, { a: true, b: "", c: undefined }), { a: true, b: "" });
  assert.equal(said(read, { a: true }), ".b: expected text of at most 1 characters");
  assert.equal(said(read, { a: true, b: undefined }), ".b: expected text of at most 1 characters");
  assert.equal(said(read, { a: true, b: "", c: 1 }), ".c: expected true or false");
  for (const value of [null, [], 1, undefined]) {
    assert.equal(said(read, value), "expected an object");
  }
  assert.equal(said(object({ a: (value) => value }), {}), ".a: expected a value");
  assert.equal(said(object({ constructor: yesOrNo }), {}), ".constructor: expected true or false");
});

Deno.test("one of several sorts is read by its name, of its own members alone", () => {
  const read = sorts<unknown>("type", { a: object({ n: yesOrNo }), b: (value) => value });
  assert.deepEqual(said(read, { type: "a", n: true }), { n: true });
  assert.equal(said(read, { type: "a", n: 1 }), ".n: expected true or false");
  for (const type of ["c", 1, undefined, "constructor"]) {
    assert.equal(said(read, { type }), ".type: expected one of a, b");
  }
  assert.equal(said(read, Object.create({ type: "b" })), ".type: expected one of a, b");
  assert.equal(said(read, []), "expected an object");
});

Deno.test("anything is what JSON can say, so many levels deep", () => {
  const read = anything(2);
  for (const value of [null, "x", true, 0, -1.5, [], {}, [[1]], { a: [] }, [{ b: null }]]) {
    assert.deepEqual(said(read, value), value);
  }
  assert.equal(said(read, [[[]]]), "expected JSON of at most 2 levels");
  assert.equal(said(read, { a: { b: {} } }), "expected JSON of at most 2 levels");
  for (const value of [NaN, Infinity, undefined, 1n, () => {}, [undefined], [[Symbol()]]]) {
    assert.equal(said(read, value), "expected a value that JSON can say");
  }
  assert.deepEqual(said(read, { a: undefined, b: 1 }), { b: 1 });
  assert.match(String(said(read, JSON.parse('{"__proto__":1}'))), /not __proto__/);
});
