import assert from "node:assert/strict";
import { codeOf, floors, project, sources } from "./imports.ts";

Deno.test("code is what is left without comments, texts and regular expressions", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["a // b\nc", "a \nc"],
    ["a /* b\n c */ d", "a \n d"],
    ['x("// no", \'a"b\', "\\"")', 'x("", "", "")'],
    ["`a ${b} c` + d", "`${b}` + d"],
    ["`${`x ${y} z`}`;let d", "`${`${y}`}`;let d"],
    ["`${{ a: 1 }.a} text`;let d", "`${{ a: 1 }.a}`;let d"],
    ['a = /["`/]/.test(b); c = d / e / f', "a = /./.test(b); c = d / e / f"],
    ["return /'/g;", "return /./;"],
  ];
  for (const [text, code] of cases) assert.equal(codeOf(text), code, text);
});

Deno.test("nothing of any source is taken for text or swallowed", {
  permissions: { read: [project] },
}, () => {
  for (const path of floors.flatMap(sources)) {
    const text = Deno.readTextFileSync(`${project}/${path}`);
    const code = codeOf(text);
    assert.equal(code.split("\n").length, text.split("\n").length, path);
    for (const [open, close] of ["()", "[]", "{}"] as const) {
      assert.equal(
        code.split(open!).length,
        code.split(close!).length,
        `${path}: ${open} ${close}`,
      );
    }
  }
});
