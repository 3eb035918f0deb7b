import assert from "node:assert/strict";
import { namedFiles, namedPrograms, startsPrograms } from "./named_files.ts";

const sources = new Set([
  "a/boot.ts",
  "a/c/mod.ts",
  "a/c/d/mod.ts",
  "a/testdata/child.ts",
  "b/mod.ts",
  "plugins/auth/sha1/mod.ts",
]);
const named = (text: string) => namedFiles("a/file.ts", text, sources);

Deno.test("a file names the scripts, modules and plugins that it starts or loads", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['new URL("./boot.ts", import.meta.url)', ["a/boot.ts"]],
    ['new URL("boot.ts", import.meta.url)', ["a/boot.ts"]],
    ["`${project}/a/testdata/child.ts`", ["a/testdata/child.ts"]],
    ['start("b/mod.ts")', ["b/mod.ts"]],
    ['load("auth/sha1")', ["plugins/auth/sha1/mod.ts"]],
    ['load("auth/none"); read("mod.ts"); // "b/mod.ts"', []],
    ['name("./file.ts")', []],
  ];
  for (const [text, expected] of cases) assert.deepEqual(named(text), expected, text);
});

Deno.test("a template names the programs of all folders, for tests that start programs", () => {
  const text = "run(`${project}/a/${name}/mod.ts`); // `${project}/plugins/auth/${name}/mod.ts`";
  assert.deepEqual(namedPrograms(text, sources), ["a/c/mod.ts"]);
  assert.deepEqual(namedPrograms("`${project}/b/${name}/core.ts`", sources), []);
  assert(startsPrograms("run: [Deno.execPath()]"));
  assert(startsPrograms('import { site } from "../testing/site.ts";'));
  assert(!startsPrograms('import { site } from "./site.ts";'));
});
