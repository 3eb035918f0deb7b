import assert from "node:assert/strict";
import type { Field } from "./field.ts";
import { hiding } from "./hide.ts";

const fields: readonly Field[] = [
  { fieldname: "user", basictype: "string" },
  { fieldname: "password", basictype: "string", secret: true },
  { fieldname: "keys", basictype: "string", specialtype: "secret", isarray: true },
  { fieldname: "pin", basictype: "integer", secret: true },
  { fieldname: "pem", basictype: "string", secret: true },
  { fieldname: "short", basictype: "string", secret: true },
  {
    fieldname: "login",
    basictype: "struct",
    secret: true,
    fields: [{ fieldname: "token", basictype: "string" }],
  },
];
const values = {
  user: "admin",
  password: 'pass "word" /?',
  keys: ["first-key", "first-key-longer"],
  pin: 471_122,
  pem: "BEGIN KEY\r\nAAAABBBB\nEND KEY\n",
  short: "abc",
  login: { token: "the-token" },
};

Deno.test("secrets are replaced wherever they stand, and nothing else is", () => {
  const hide = hiding(fields, values);
  const cases: readonly (readonly [string, string])[] = [
    ['cannot log in as admin with pass "word" /?', "cannot log in as admin with ***"],
    [JSON.stringify({ p: values.password }), '{"p":"***"}'],
    [`http://pdu/?p=${encodeURIComponent(values.password)}`, "http://pdu/?p=***"],
    ["first-key-longer, first-key", "***, ***"],
    ["pin 471122", "pin ***"],
    ["the-token the-token", "*** ***"],
    ["key BEGIN KEY AAAABBBB", "key *** ***"], // a line of the log has no line breaks
    [JSON.stringify(values.pem), '"***"'],
    ["abc", "abc"], // too short to be told from any other word
    ["nothing of it", "nothing of it"],
  ];
  for (const [text, wanted] of cases) assert.equal(hide(text), wanted);
  for (const odd of [undefined, null, "text", [], { password: undefined }]) {
    assert.equal(hiding(fields, odd)("text"), "text");
  }
});
