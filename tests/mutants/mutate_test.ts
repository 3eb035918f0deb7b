import assert from "node:assert/strict";
import { outdated } from "./harmless.ts";
import { project } from "../imports.ts";
import { codeMask, mutantsOf, mutated } from "./mutate.ts";

/** What is code, with everything else as dots. */
const code = (text: string): string =>
  [...codeMask(text)].map((is, at) => is === 1 ? text[at] : ".").join("");

Deno.test("code is told from comments, texts, templates and patterns", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["a // b", "a ...."],
    ["a /* b */ c", "a ....... c"],
    ['f("a < b") < c', "f(.......) < c"],
    ["`a ${b < `c${d}` } e` < f", "`..${b < `.${d}` }..` < f"],
    ["x = /a < b[/]/.test(y)", "x = ...........test(y)"],
    ["a / b / c", "a / b / c"],
    ["'it\\'s' + 1", "....... + 1"],
  ];
  for (const [text, expected] of cases) assert.equal(code(text), expected);
});

Deno.test("each kind of mistake is made once at each of its places, and nowhere else", () => {
  const text = `
import { a < b } from "x";
/** a < b is 1 */
export function f(a: number, list: Map<string, number>): boolean {
  if (a <= 10 && list.size > 1_000) return true;
  list.clear();
  return "a < b" === g(a + 1);
}
`;
  const found = mutantsOf(text).map(({ before, after, operator }) =>
    `${operator}: ${before.trim()} ${after.trim()}`
  );
  assert.deepEqual(found, [
    "condition: if (a <= 10 && list.size > 1_000) if (!(a <= 10 && list.size > 1_000))",
    "comparison: <= <",
    "number: 10 11",
    "and, or: && ||",
    "comparison: > >=",
    "number: 1_000 1001",
    "truth: true false",
    "statement left out: list.clear(); ",
    "comparison: === !==",
    "arithmetic: + -",
    "number: 1 2",
  ]);
});

Deno.test("a mutant differs from its text in that place alone", () => {
  const text = "const a = 1;\nif (b > 2) c();\n";
  for (const mutant of mutantsOf(text)) {
    const changed = mutated(text, mutant);
    assert.notEqual(changed, text);
    assert.equal(changed.slice(0, mutant.at), text.slice(0, mutant.at));
    const rest = text.slice(mutant.at + mutant.before.length);
    assert.equal(changed.slice(mutant.at + mutant.after.length), rest);
  }
});

Deno.test("what gives a bound its size is no mistake, and one mistake is made once", () => {
  const text = `
/** Bytes. */
const bytesMax = 64 * 1024;
const step = 1;
const moreMax = bytesMax + 1024 * 1024;
const filesMax = {
  /** Bytes. */
  key: 64 * 1024,
  lock: 8,
};
const places = {
  key: 5,
};
  const limits = { depthMax: 4, valuesMax: 2 * 1000, at: 7 };
  const field = { minimum: 10, maximum: 60_000, pauseMs: 250 };
  if (a === b) c();
  if (a < b) c();
`;
  const found = mutantsOf(text).map(({ before, after }) => `${before.trim()} -> ${after.trim()}`);
  assert.deepEqual(found, [
    "5 -> 6",
    "7 -> 8",
    "if (a === b) -> if (!(a === b))",
    "if (a < b) -> if (!(a < b))",
    "< -> <=",
  ]);
});

Deno.test("a break behind which nothing is left to do is not left out", () => {
  const text = `
  switch (a) {
    case 1:
      f();
      break;
    case 2:
      g();
      break;
    case 3:
    default:
      break;
  }
`;
  const found = mutantsOf(text).map(({ line, before }) => `${line} ${before.trim()}`);
  assert.deepEqual(found.filter((one) => one.includes("break")), ["5 break;"]);
});

Deno.test("each mistake that is known to be harmless can still be made", () => {
  assert.deepEqual(outdated((path) => Deno.readTextFileSync(`${project}/${path}`)), []);
});

Deno.test("what makes no difference is no mistake: signs of a sort, a break at the end of a switch", () => {
  assert.deepEqual(mutantsOf("x.sort((a, b) => a.id < b.id ? -1 : 1);\n"), []);
  assert.equal(mutantsOf("const y = a < b ? -2 : 1;\n").length, 3);
  const breaks = (text: string) =>
    mutantsOf(text).filter(({ before }) => before.trim() === "break;").map(({ line }) => line);
  const lines = (...of: string[]) => ["{", ...of, ""].join("\n");
  assert.deepEqual(
    breaks(lines(
      "  switch (x) {",
      '    case "a":',
      "      f();",
      "      break;",
      '    case "b":',
      "      g();",
      "      break;",
      '    case "c":',
      '    case "d":',
      "      break;",
      "  }",
      "  for (const y of z) {",
      "    if (y) {",
      "      h();",
      "      break;",
      "    }",
      "  }",
      "}",
    )),
    [5, 16],
  );
});
