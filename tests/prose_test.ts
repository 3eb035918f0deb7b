/**
 * Plain English: words and phrases that messages, help texts, READMEs and comments must not use, each
 * with the word to use instead.
 *
 * The list is {@linkcode rules}. What is no prose of ours is left out by rule, not by file:
 *
 * - code: identifiers, fenced blocks and text in backticks;
 * - a literal without a blank, which is a name (`"trouble"`), and a literal that is a program;
 * - tests and test data, whose literals are inputs and output of other programs.
 *
 * @module
 */
import assert from "node:assert/strict";
import { filePath } from "../pils/found.ts";
import { codeOf, floors, sources } from "./imports.ts";
import { type Prose, proseOf, proseOfMarkdown } from "./prose.ts";

const project = filePath(new URL("..", import.meta.url));
const read = { permissions: { read: [project] } };

/** What not to write, as a regular expression for whole words, and what to write instead. */
const rules: readonly (readonly [not: string, but: string])[] = [
  ["mend(?:s|ed|ing)?", "fix, correct or repair"],
  ["anew", "again, restart or a new"],
  ["told", "report, notify, receive or distinguish"],
  ["who(?:so)?ever", "anyone who, or name the person, node or process"],
  ["hitherto|heretofore", "until now"],
  ["hence(?:forth)?|whence|thence", "so, from then on, from which"],
  ["there(?:of|upon|unto)|where(?:of|upon|unto)|here(?:of|upon)|upon", "of it, then, on"],
  ["lest", "so that ... not"],
  ["save that", "except that"],
  ["of its own accord|of their own accord", "by itself, automatically"],
  ["no more(?=[.,;:)]|$| (?:in|to|and|or|on|until|by)\\b)", "no longer"],
  ["(?:is|are) said", "name who sends, reports or writes it"],
  ["what is there", "name the thing"],
  ["shall", "must or will"],
  ["in vain", "without result"],
  ["for want of", "because ... is missing"],
  ["speaks? for", "represents, or because of"],
  ["by (?:its|his|their) word", "according to"],
  ["for ever", "forever, permanently or never ends"],
  ["in good order", "cleanly"],
  ["so far as", "as far as, or if"],
  ["as it were|be it|whatever it be", "leave it out"],
  ["troubles?", "problem, error or failure"],
];
/** A word in quotes or backticks is quoted; one with a dot or hyphen is part of a name. */
const patterns = rules.map(([not, but]) => ({
  pattern: new RegExp(`(?<![\\w$.\`"-])(?:${not})(?![\\w$\`"-]|\\.\\w)`, "i"),
  but,
}));

/** Each use of a word of the list: where, the word, and what to use instead. */
function wrongIn(path: string, prose: Iterable<Prose>): string[] {
  const wrong: string[] = [];
  for (const { line, text } of prose) {
    for (const { pattern, but } of patterns) {
      const [word] = pattern.exec(text) ?? [];
      if (word !== undefined) {
        wrong.push(`${path}:${line}: "${word}" in: ${text.trim()}\n  Fix: use ${but}`);
      }
    }
  }
  return wrong;
}

/** Every file below a folder that holds prose, relative to the project. */
function* files(folder = ""): Generator<string> {
  for (const { name, isDirectory, isFile } of Deno.readDirSync(`${project}/${folder}`)) {
    const path = `${folder}${name}`;
    if (name.startsWith(".") || ["node_modules", "testdata", "testing"].includes(name)) continue;
    if (path === "tests/golden") continue;
    if (isDirectory) yield* files(`${path}/`);
    else if (isFile && /(?<!_test)\.(?:ts|md)$/.test(name)) yield path;
  }
}

Deno.test("messages, help, READMEs and comments use plain words", read, () => {
  const wrong: string[] = [];
  let count = 0;
  for (const path of files()) {
    const text = Deno.readTextFileSync(`${project}/${path}`);
    wrong.push(...wrongIn(path, path.endsWith(".md") ? proseOfMarkdown(text) : proseOf(text)));
    count++;
  }
  assert.ok(count > 500, `only ${count} files were read`);
  assert.equal(wrong.length, 0, `words not to use:\n${wrong.join("\n")}`);
});

Deno.test("identifiers use plain words", read, () => {
  const wrong = floors.flatMap(sources).flatMap((path) =>
    codeOf(Deno.readTextFileSync(`${project}/${path}`)).split("\n").flatMap((code, at) => {
      const [word] = /\b(?:mend(?:s|ed|ing)?(?:[A-Z]\w*)?|\w+Mend\w*)\b/.exec(code) ?? [];
      return word === undefined ? [] : [`${path}:${at + 1}: ${word}\n  Fix: use fix or heal`];
    })
  );
  assert.equal(wrong.length, 0, `names not to use:\n${wrong.join("\n")}`);
});

Deno.test("what is prose and what is code", () => {
  const lines = (text: string) => wrongIn("a.ts", proseOf(text)).map((one) => one.split(":")[1]);
  for (
    const [text, expected] of [
      ["// told", ["1"]],
      ["/** Fine. */\n/**\n * It is\n * told.\n */", ["4"]],
      ['const told = "told";', []],
      ['log("it was told");', ["1"]],
      ["log(`it was\ntold ${`anew ${told} twice`} and mended`);", ["2", "2", "2"]],
      ["const a = b / 2; // anew / c", ["1"]],
      ["const a = /told/; log('not anew');", ["1"]],
      ['const a = /"/; const told = 1; // "', []],
      ["/** `told` is a field. */", []],
      ["run(`let told;\n  told = 1;\n`);", []],
      ['sh("told=$1; echo $told");', []],
      ["/**\n * ```ts\n * told(1);\n * ```\n */", []],
    ] as const
  ) assert.deepEqual(lines(text), expected, text);
  const markdown = [...proseOfMarkdown("# Anew\n```sh\ntold\n```\nIt is `told`.\n    anew\n")];
  assert.equal(wrongIn("a.md", markdown).length, 1);
});

Deno.test("the list finds what it must, and lets plain English pass", () => {
  const found = (text: string) => wrongIn("a", [{ line: 1, text }]).length;
  for (
    const text of [
      "Mend the name",
      "it has it no more",
      "it pets it no more.",
      "For alice speak 3 constraints: it speaks for alice",
      "it is told with its place",
      "whoever reads it",
      "it waits for ever",
      "lest it bites",
    ]
  ) assert.equal(found(text), 1, text);
  for (
    const text of [
      "there are no more lines",
      "it costs no more than the bound",
      'a "told" value',
      "see trouble.ts",
      "recommended",
    ]
  ) assert.equal(found(text), 0, text);
});
