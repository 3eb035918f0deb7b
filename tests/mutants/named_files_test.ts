import assert from "node:assert/strict";
import { namedFiles } from "./named_files.ts";

const sources = [
  "a/boot.ts",
  "a/testdata/child.ts",
  "b/mod.ts",
  "plugins/auth/sha1/mod.ts",
];
const named = (text: string) => namedFiles("a/file.ts", text, (path) => sources.includes(path));

Deno.test("a file names the scripts, modules and plugins that it starts or loads", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['new URL("./boot.ts", import.meta.url)', ["a/boot.ts"]],
    ["`${project}/a/testdata/child.ts`", ["a/testdata/child.ts"]],
    ['start("b/mod.ts")', ["b/mod.ts"]],
    ['load("auth/sha1")', ["plugins/auth/sha1/mod.ts"]],
    ['load("auth/none"); read("mod.ts"); // "b/mod.ts"', []],
    ['name("./file.ts")', []],
  ];
  for (const [text, expected] of cases) assert.deepEqual(named(text), expected, text);
});
