import assert from "node:assert/strict";
import type { Field } from "./field.ts";
import { cutCharacters, hiding, hidingIn, Secrets } from "./hide.ts";

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

const secretFields: readonly Field[] = [
  { fieldname: "hosts", basictype: "string", isarray: true },
  { fieldname: "password", basictype: "string", secret: true },
];
const password = "CANARY\tpä55/w0rd+&'x";
const hide = hiding(secretFields, { hosts: ["alice"], password });

/** How libraries write a text, by name. */
const forms: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  "large letters": (text) => text.toUpperCase(),
  "in JSON": (text) => JSON.stringify({ text }),
  "in JSON in JSON": (text) => JSON.stringify(JSON.stringify({ text })),
  "in JSON of ASCII": (text) =>
    JSON.stringify(text).replace(
      /[^\x20-\x7e]/g,
      (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  "with each unit escaped": (text) =>
    text.split("").map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  inspected: (text) => Deno.inspect({ text }),
  "in a URL": encodeURIComponent,
  "in a whole URL": encodeURI,
  "in a form": (text) => String(new URLSearchParams({ text })),
  "percent encoded": (text) => new TextEncoder().encode(text).toHex().replace(/../g, "%$&"),
  hexadecimal: (text) => new TextEncoder().encode(text).toHex(),
  "hexadecimal, large": (text) => new TextEncoder().encode(text).toHex().toUpperCase(),
  "hexadecimal with colons": (text) =>
    new TextEncoder().encode(text).toHex().replace(/..(?=.)/g, "$&:"),
  "in XML": (text) => text.replaceAll("&", "&amp;").replaceAll("'", "&apos;"),
  "of a shell": (text) => `'${text.replaceAll("'", "'\\''")}'`,
  "with its tab a blank": (text) => text.replaceAll("\t", " "),
};
const base64 = (text: string, before = "", after = "") =>
  new TextEncoder().encode(before + text + after).toBase64();
for (const before of ["", "a", "ad", "admin:", "administrator:"]) {
  for (const after of ["", "\n", "!!"]) {
    const name = `base64 of ${JSON.stringify(before)} the secret ${JSON.stringify(after)}`;
    Object.assign(forms, {
      [name]: (text: string) => base64(text, before, after),
      [`${name}, for URLs`]: (text: string) =>
        base64(text, before, after).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
    });
  }
}

for (const [name, write] of Object.entries(forms)) {
  Deno.test(`a secret is hidden ${name}`, () => {
    const said = `device said ${write(password)} and ended`;
    const shown = hide(said);
    assert.match(shown, /^device said .*\*\*\*.* and ended$/s);
    const left = write(password).replace(/[={}:"' ]/g, "").slice(
      name.startsWith("base64") ? 20 : 3,
      -6,
    );
    for (let at = 0; at + 6 <= left.length; at++) {
      const piece = left.slice(at, at + 6);
      if (!/text|\\u00/.test(piece)) assert(!shown.includes(piece), `${shown} has ${piece}`);
    }
  });
}

Deno.test("the beginning of a secret at the end of a text that was cut is hidden", () => {
  for (let kept = 1; kept < password.length; kept++) {
    const text = "x".repeat(cutCharacters - kept) + password.slice(0, kept);
    assert.equal(hide(text), `${"x".repeat(cutCharacters - kept)}***`);
  }
  assert.equal(hide("x CANARY"), "x CANARY", "what was not cut stays");
  for (const end of ["y", "ANARY", "C-", password.slice(1)]) {
    const text = "x".repeat(cutCharacters) + end;
    assert.equal(hide(text), text, "no secret begins there");
  }
});

Deno.test("secrets in values are hidden, and what the configuration says openly is not", () => {
  const within = hidingIn(secretFields, {
    hosts: ["alice", "s3cret-node"],
    password: "s3cret-node",
  });
  const bytes = new Uint8Array([1]);
  assert.deepEqual(
    within({
      ok: true,
      detail: "at s3cret-node",
      list: ["s3cret-node", { "s3cret-nodes": 1 }],
      bytes,
    }),
    { ok: true, detail: "at ***", list: ["s3cret-node", { "***s": 1 }], bytes },
  );
});

Deno.test("a process hides the secrets of all that it has loaded", () => {
  const secrets = new Secrets();
  for (let at = 0; at < Secrets.hidesMax + 1; at++) {
    secrets.add(hiding(secretFields, { password: `secret-${at}-` }));
  }
  assert.equal(secrets.hide("secret-1024- secret-1-"), "*** ***");
  assert.equal(secrets.hide("secret-0-"), "secret-0-", "the oldest was forgotten");
});

Deno.test("a group holds secrets and open texts of its own, at any depth", () => {
  const [user, pass]: readonly Field[] = [
    { fieldname: "user", basictype: "string" },
    { fieldname: "pass", basictype: "string", secret: true },
  ];
  const groups: readonly Field[] = [{
    fieldname: "outer",
    basictype: "struct",
    isarray: true,
    fields: [user!, { fieldname: "inner", basictype: "struct", fields: [user!, pass!] }],
  }];
  const within = hidingIn(groups, {
    outer: [{ user: "first-one" }, { user: "outer-user", inner: { user: "same", pass: "same" } }],
  });
  assert.equal(within("same"), "same", "it is said openly too");
  assert.equal(within("a same b"), "a *** b");
  assert.equal(within("outer-user"), "outer-user");
  // A group without a value, or with another, holds nothing.
  for (const outer of [null, "text", [null, 1], [{ inner: null }]]) {
    assert.deepEqual(hidingIn(groups, { outer })(["same", null, 7]), ["same", null, 7]);
  }
});

Deno.test("a secret of four characters is hidden, a shorter one and an empty line are not", () => {
  const said = (password: string) => hiding(secretFields, { password })("abc abcd ab");
  assert.equal(said("abcd"), "abc *** ab");
  assert.equal(said("abc"), "abc abcd ab");
  assert.equal(said("abcd\n\nab"), "abc *** ab");
});
