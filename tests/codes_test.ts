/**
 * Error codes and the messages that show them: each code of the table is used, and refusals have one.
 * The table itself is typed, so a code that it lacks does not compile.
 *
 * @module
 */
import assert from "node:assert/strict";
import { codes } from "../metadata/codes/table.ts";
import { codeOf, floors, project, sources, withoutComments } from "./imports.ts";

/** Where messages get their code from the one who asks for them: `Findings` takes none without. */
const codedByCaller = /^daemons\/(?:pengine\/dialect\/|mgmtd\/(?:api\/|steer\/history\.ts))/;
/** What puts codes into messages, or explains them. */
const own = [
  "metadata/code.ts",
  "metadata/diagnostic.ts",
  "daemons/mgmtd/explain/answer_explain.ts",
];

const read = { permissions: { read: [project] } };

/** The sources of the product that can report something. */
const product = (): string[] =>
  floors.slice(0, 4).flatMap(sources)
    .filter((path) =>
      !/_test\.ts$|\/testing\/|\/testdata\/|\/templates\/|^metadata\/codes\//.test(path) &&
      !own.includes(path)
    );

/**
 * The statements of a source, which end at a semicolon or a brace. Those in texts and templates end
 * nothing.
 */
function* statementsOf(text: string): Generator<string> {
  const plain = withoutComments(text);
  let from = 0;
  let quote = "";
  const templates: number[] = [];
  let depth = 0;
  for (let at = 0; at < plain.length; at++) {
    const character = plain[at]!;
    if (quote !== "") {
      if (character === "\\") at++;
      else if (quote === "`" && plain.startsWith("${", at)) {
        templates.push(depth);
        quote = "";
        at++;
      } else if (character === quote || (character === "\n" && quote !== "`")) quote = "";
      continue;
    }
    if ("\"'`".includes(character)) quote = character;
    else if (character === "}" && templates.at(-1) === depth) {
      templates.pop();
      quote = "`";
    } else if (templates.length === 0 && /[;{}]/.test(character)) {
      yield plain.slice(from, at + 1);
      from = at + 1;
    }
    if (character === "{") depth++;
    else if (character === "}" && quote === "") depth--;
  }
  yield plain.slice(from);
}

/** A code, or a call that is given one. */
const code = /\bHA\d{4}\b|\bwithCode\(|\brefusalCode\(/;

Deno.test("a text is no end of a statement", () => {
  assert.deepEqual(
    [...statementsOf('a("x; {y}");\nif (b) { c(`z; ${d({ e })} ;`); } // f;\ng')],
    ['a("x; {y}");', "\nif (b) {", " c(`z; ${d({ e })} ;`);", " }", " \ng"],
  );
});

Deno.test("every code of the table is used", read, () => {
  const used = new Set(
    product().flatMap((path) =>
      [...Deno.readTextFileSync(`${project}/${path}`).matchAll(/"(HA\d{4})"/g)].map(([, one]) =>
        one
      )
    ),
  );
  const unused = Object.keys(codes).filter((one) => !used.has(one));
  assert.deepEqual(unused, [], "Fix: use the code, or remove it from metadata/codes");
});

Deno.test("a message that says how to fix a problem shows a code", read, () => {
  const without: string[] = [];
  for (const path of product()) {
    for (const statement of statementsOf(Deno.readTextFileSync(`${project}/${path}`))) {
      if (codedByCaller.test(path)) continue;
      if (/\bFix: /.test(statement) && !code.test(statement)) {
        without.push(`${path}: ${/.{0,40}\bFix: .*/.exec(statement)?.[0].trim()}`);
      }
    }
  }
  assert.deepEqual(without, [], "Fix: use withCode");
});

Deno.test("a diagnostic shows a code", read, () => {
  const without: string[] = [];
  for (const path of product()) {
    for (const statement of statementsOf(Deno.readTextFileSync(`${project}/${path}`))) {
      if (/\bproblem\(/.test(codeOf(statement)) && !code.test(statement)) {
        without.push(`${path}: ${/\bproblem\(.*/.exec(statement)?.[0].trim()}`);
      }
    }
  }
  assert.deepEqual(without, [], "Fix: give problem a code");
});

/** Objects that are written with these members: the text from the first of them to the brace. */
function* diagnosticsIn(text: string): Generator<string> {
  for (const { index } of text.matchAll(/\bseverity(?::|,)/g)) {
    let at = index;
    for (let depth = 0; at < text.length && depth >= 0; at++) {
      if (text[at] === "{") depth++;
      else if (text[at] === "}") depth--;
    }
    const whole = text.slice(index, at);
    if (/\bwhat\b/.test(whole) && /\bfix\b/.test(whole)) yield whole;
  }
}

Deno.test("a diagnostic that is written as an object shows a code", read, () => {
  assert.deepEqual(
    [...diagnosticsIn("a({ severity: 'error', what: `${b}`, fix }); ({ severity, what, code })")],
    ["severity: 'error', what: `${b}`, fix }"],
  );
  const without: string[] = [];
  for (const path of product()) {
    for (const one of diagnosticsIn(withoutComments(Deno.readTextFileSync(`${project}/${path}`)))) {
      // A type, and what takes the fields of another diagnostic.
      if (/readonly (?:what|fix)\b/.test(one) || /\bcode\b|\bwithCode\(/.test(one)) continue;
      without.push(`${path}: ${one.slice(0, 120)}`);
    }
  }
  assert.deepEqual(without, [], "Fix: give the diagnostic a code");
});
