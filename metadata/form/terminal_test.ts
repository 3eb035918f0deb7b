import assert from "node:assert/strict";
import type { Field } from "../field.ts";
import { assertGolden } from "../testing/golden.ts";
import { askForm, type AskOptions } from "./mod.ts";

const fields: readonly Field[] = [
  {
    fieldname: "address",
    basictype: "string",
    specialtype: "host",
    required: true,
    long_text: { en: "All about it." },
  },
  { fieldname: "port", basictype: "integer", specialtype: "port", default: 161 },
  { fieldname: "password", basictype: "string", secret: true, required: true },
  {
    fieldname: "mode",
    basictype: "enum",
    choices: ["fast", { value: "slow", label: { en: "Slow" } }],
    default: "fast",
  },
  {
    fieldname: "depth",
    basictype: "integer",
    required: true,
    showif: { field: "mode", is: ["slow"] },
  },
  { fieldname: "peers", basictype: "string", isarray: true, specialtype: "ipaddr" },
  {
    fieldname: "nodes",
    basictype: "struct",
    isarray: true,
    fields: [
      { fieldname: "name", basictype: "string", required: true, unique: true },
      { fieldname: "key", basictype: "string", secret: true },
    ],
  },
  { fieldname: "extra", basictype: "struct", fields: [{ fieldname: "x", basictype: "integer" }] },
];

/** Answers, and a record of all that was shown. */
async function converse(answers: readonly string[], options: AskOptions = {}) {
  const left = [...answers];
  const shown: string[] = [];
  const hidden: string[] = [];
  const values = await askForm(fields, {
    write: (text) => void shown.push(text),
    readLine: (prompt) => {
      shown.push(prompt);
      return Promise.resolve(left.shift());
    },
    readSecret: (prompt) => {
      shown.push(prompt);
      const answer = left.shift();
      if (answer !== undefined) hidden.push(answer);
      return Promise.resolve(answer);
    },
  }, options);
  return { values, shown: shown.join(""), hidden, left };
}

Deno.test("questions are asked in order, and again until the answer can be taken", async () => {
  const { values, shown, hidden, left } = await converse([
    "pdu one", // no host
    "?",
    "pdu",
    "70000",
    "", // the default
    "hunter2",
    "2", // the second choice
    "", // required now
    "3",
    "192.0.2.1, ::1",
    "y",
    "alice",
    "sesame",
    "y",
    "bob",
    "",
    "", // no more
    "", // not filled in
  ]);
  assert.deepEqual(left, []);
  assert.deepEqual(hidden, ["hunter2", "sesame", ""]);
  assert.deepEqual(values, {
    address: "pdu",
    port: 161,
    password: "hunter2",
    mode: "slow",
    depth: 3,
    peers: ["192.0.2.1", "::1"],
    nodes: [{ name: "alice", key: "sesame" }, { name: "bob" }],
  });
  assert.match(shown, /"pdu one" is not a host[^]*All about it\.[^]*"70000" is not a port/);
  assert.match(shown, /2\) Slow \(slow\)/);
  assert.match(shown, /port \[161\]: /);
  assert.ok(!/hunter2|sesame/.test(shown));
});

Deno.test("an empty answer keeps what is there, a hyphen takes it away", async () => {
  const before = {
    address: "pdu",
    port: 162,
    password: "hunter2",
    peers: ["::1"],
    nodes: [{ name: "alice", key: "sesame" }],
    extra: { x: 1 },
  };
  const { values, shown } = await converse(["", "-", "", "", "-", "", "7"], { values: before });
  assert.deepEqual(values, {
    address: "pdu",
    port: 161,
    password: "hunter2",
    mode: "fast",
    nodes: [{ name: "alice", key: "sesame" }],
    extra: { x: 7 },
  });
  assert.match(shown, /password \[\*\*\*\]/);
  assert.match(shown, /No\. 1: name=alice, key=\*\*\*/);
  assert.ok(!/hunter2|sesame/.test(shown));
});

Deno.test("what is wrong between answers is asked again, and nothing else", async () => {
  const { values, shown, left } = await converse(
    ["pdu", "", "s", "", "", "y", "alice", "", "y", "alice", "", "", "", "x"],
    {},
  );
  // Two nodes of one name: the list is asked again, and with no more answers it ends.
  assert.equal(values, undefined);
  assert.match(shown, /has the same value as in an item before/);
  assert.deepEqual(left, []);
});

Deno.test("it ends when there are no more lines, or no answer can be taken", async () => {
  assert.equal((await converse([])).values, undefined);
  const { values, left } = await converse(Array.from({ length: 30 }, () => "a,b"));
  assert.equal(values, undefined);
  assert.equal(left.length, 10);
});

Deno.test("choices of the plugin are offered by number", async () => {
  const { values, shown } = await converse(["pdu", "", "s", "3", "", "", ""], {
    choicesOf: ({ fieldname, choices = [] }) =>
      Promise.resolve(fieldname === "mode" ? ["fast", "slow", "fast"] : choices),
  });
  assert.equal(values?.mode, "fast");
  assert.match(shown, /3\) fast/);
});

Deno.test("an item that was begun can be left out, and one that is there removed", async () => {
  const { values, shown, left } = await converse([
    "pdu",
    "",
    "s",
    "",
    "",
    "y",
    ".", // not this one after all
    "y",
    "alice",
    "sesame",
    "y",
    "bob",
    "",
    "-1", // alice goes
    "-9", // nobody is there
    "",
    "y",
    ".", // the group at the end neither
  ]);
  assert.deepEqual(left, []);
  assert.deepEqual(values?.nodes, [{ name: "bob" }]);
  assert.equal(values?.extra, undefined);
  assert.match(shown, /A "\." leaves it out\./);
});

Deno.test("a conversation reads as it did: hints, choices, errors, help, groups and items", async () => {
  const { values, shown, left } = await converse([
    ...["", "pdu one", "?", "pdu", "-", "162", "sesame", "3", "1"],
    ...["[192.0.2.1", "192.0.2.1 ::1", "y", ".", "y", "alice", "", "y", "alice", "k", "-1", "-7"],
    ...["n", "y", "x", "."],
  ]);
  assert.deepEqual(left, []);
  assertGolden("metadata/conversation.txt", `${shown}\n\n${JSON.stringify(values, null, 2)}\n`);
});

Deno.test("a dot leaves out the group that was begun, and only one that may be left out", async () => {
  const optional = ["pdu", "", "sesame", "", "", "n", "y", "."];
  assert.deepEqual((await converse(optional)).values, {
    address: "pdu",
    port: 161,
    password: "sesame",
    mode: "fast",
  });
  const { values, shown } = await converse([".", "pdu", "", "sesame", "", "", "n", "n"]);
  assert.equal(values?.address, "pdu", shown);
});
