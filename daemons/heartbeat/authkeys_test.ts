import assert from "node:assert/strict";
import { readAuthkeys, warningsOfUse } from "./authkeys.ts";

const problems = (text: string, mode = 0o600): string[] => {
  const read = readAuthkeys(text, mode);
  const diagnostics = read.ok ? [] : read.diagnostics;
  return diagnostics.filter(({ severity }) => severity === "error")
    .map(({ line, what }) => `${line}: ${what}`);
};

Deno.test("entries, comments, words behind the key", () => {
  const read = readAuthkeys("# keys\nauth 2\n1 sha1 old#key more words\n\n2 sha256 new\n", 0o600);
  assert.ok(read.ok);
  assert.deepEqual(read.value, {
    current: 2,
    entries: [
      { authnum: 1, method: "sha1", key: "old#key" },
      { authnum: 2, method: "sha256", key: "new" },
    ],
  });
});

Deno.test("crc alone needs no key", () => {
  assert.deepEqual(problems("auth 1\n1 crc\n"), []);
});

Deno.test("an entry without a key beside one with a key is refused", () => {
  assert.deepEqual(problems("auth 1\n1 sha1 secret\n2 crc\n3 crc\n"), [
    "3: entry 2 needs no key, beside entries that have one",
    "4: entry 3 needs no key, beside entries that have one",
  ]);
});

Deno.test("a file that others can read is refused", () => {
  assert.match(problems("auth 1\n1 sha1 secret\n", 0o640)[0] ?? "", /mode of the file is 0640/);
});

Deno.test("all that is wrong is told at once", () => {
  assert.deepEqual(
    problems("auth 3\n1 sha1\n1x md5 k\n2 sha512 k\n4 crc k\n16 sha1 k\n").length,
    6,
  );
  assert.deepEqual(problems("1 sha1 k\n"), ["1: there is no line `auth N`"]);
});

Deno.test("the number of an entry is written in digits, and in nothing else", () => {
  for (const number of ["", "0x1", "1.0", "1e0", "+1", "-1", "16", "001"]) {
    assert.match(problems(`auth ${number}\n1 sha1 k\n`)[0] ?? "", /is not the number of an entry/);
  }
});

Deno.test("a key is the bytes between blanks: a blank of other kinds is part of it, as in the original", () => {
  const read = readAuthkeys("\tauth 1\r\n 1\tsha1 a\u00a0b\u2003c \r\n", 0o600);
  assert.equal(read.ok && read.value.entries[0]?.key, "a\u00a0b\u2003c");
});

Deno.test("a key in Latin letters of one byte is refused: each node would read another one", () => {
  const text = new TextDecoder().decode(
    Uint8Array.of(...new TextEncoder().encode("auth 1\n1 md5 "), 0xfc),
  );
  assert.deepEqual(problems(text), ["2: the key of entry 1 is not UTF-8"]);
});

Deno.test("who only looks at packets is warned of what would be dangerous on a cluster", () => {
  const read = readAuthkeys("auth 1\n1 sha1 secretword\n2 crc\n", 0o644, "looking");
  assert.ok(read.ok);
  assert.deepEqual(read.warnings.map(({ severity, line }) => [severity, line]), [
    ["warning", 1],
    ["warning", 3],
  ]);
});

const warnings = (text: string): string[] => {
  const read = readAuthkeys(text, 0o600);
  assert.ok(read.ok, text);
  return read.warnings.map(({ severity, line, what }) => `${severity} ${line}: ${what}`);
};

Deno.test("a passphrase, a key of a few letters and a hidden mark are warned of", () => {
  assert.deepEqual(warnings("auth 1\n1 sha1 correct horse battery staple\n"), [
    "warning 2: 3 more words follow the key of entry 1",
    "warning 2: the key of entry 1 has 7 of at least 8 characters",
  ]);
  assert.deepEqual(warnings("auth 1\n1 sha1 x\n2 md5 correct-horse\n"), [
    "warning 2: the key of entry 1 has 1 of at least 8 characters",
  ]);
  assert.deepEqual(warnings("\ufeffauth 1\r\n1 sha1 secretword\r\n"), [
    "warning 1: the file begins with an invisible byte order mark",
  ]);
  assert.deepEqual(warnings("auth 1\n1 sha256 0123456789abcdef\n"), []);
});

Deno.test("crc is for serial lines", () => {
  const read = readAuthkeys("auth 1\n1 crc\n", 0o600);
  assert.ok(read.ok);
  assert.equal(warningsOfUse(read.value, false)[0]?.what, "entry 1 is crc");
  assert.deepEqual(warningsOfUse(read.value, true), []);
});
