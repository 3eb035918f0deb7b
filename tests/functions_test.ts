/**
 * How long functions are and how much they are given. What is longer holds two things, and what is
 * given six does better with names.
 *
 * @module
 */
import assert from "node:assert/strict";
import { codeOf, floors, project, sources } from "./imports.ts";

/** Lines that a function may have. */
const linesMax = 60;

/** Parameters that a function may have. */
const parametersMax = 5;

/** A function as it stands in a file. */
interface Found {
  readonly name: string;
  readonly lines: number;
  readonly parameters: number;
}

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Behind the bracket that closes the one at `at`. */
function behind(code: string, at: number): number {
  const open: string[] = [];
  for (let to = at; to < code.length; to++) {
    const character = code[to]!;
    if (closing[character] !== undefined) open.push(closing[character]);
    else if (character === open.at(-1) && open.pop() !== undefined && open.length === 0) {
      return to + 1;
    }
  }
  return code.length;
}

/** Items of a list in brackets, those within other brackets not counted. */
function itemsOf(list: string): number {
  let depth = 0;
  let items = 0;
  let empty = true;
  list.split("").forEach((character, at) => {
    if ("([{<".includes(character)) depth++;
    else if (")]}".includes(character) || (character === ">" && list[at - 1] !== "=")) depth--;
    if (character === "," && depth === 0) {
      if (!empty) items++;
      empty = true;
    } else if (character.trim() !== "") empty = false;
  });
  return empty ? items : items + 1;
}

/** Where the body begins whose parameters end at `at`; undefined if there is none. */
function bodyAt(code: string, at: number, isArrow: boolean): number | undefined {
  let before = "";
  for (let to = at; to < code.length; to++) {
    const character = code[to]!;
    if (code.startsWith("=>", to)) {
      if (!isArrow) return undefined;
      const found = /^=>\s*\{/.exec(code.slice(to, to + 200));
      return found === null ? undefined : to + found[0].length - 1;
    }
    if (character === "{" && !isArrow && !/[:|&<,]$/.test(before)) return to;
    if (closing[character] !== undefined) {
      to = behind(code, to) - 1;
      before = "}";
    } else if (character === ";" || character === "=") return undefined;
    else if (character.trim() !== "") before = character;
  }
  return undefined;
}

/** Functions with a name, and methods. */
function functionsOf(code: string): Found[] {
  const start =
    /\bfunction\s*\*?\s*(?<plain>\w+)\s*(?:<[^(]*>)?\(|\b(?:const|let) (?<arrow>\w+)[^=;(]* = (?:async )?(?:<[^(=]*>)?\(|^ +(?:(?:static|override|async|get|set) |\*)*(?<method>#?\w+)(?:<[^(]*>)?\(/gm;
  return [...code.matchAll(start)].flatMap((match) => {
    const { plain, arrow, method } = match.groups ?? {};
    const name = plain ?? arrow ?? method ?? "";
    if (/^(?:if|for|while|switch|catch|return|function|super|assert)$/.test(name)) return [];
    const from = match.index + match[0].length - 1;
    const to = behind(code, from);
    const body = bodyAt(code, to, arrow !== undefined);
    if (body === undefined) return [];
    const whole = code.slice(match.index, behind(code, body)).trimStart();
    return [{
      name,
      lines: whole.split("\n").length,
      parameters: itemsOf(code.slice(from + 1, to - 1)),
    }];
  });
}

/** Those of the product. */
function found(): (Found & { readonly path: string })[] {
  return floors.slice(0, 4).flatMap(sources)
    .filter((path) => !/_test\.ts$|\/testing\/|\/testdata\/|\/templates\//.test(path))
    .flatMap((path) =>
      functionsOf(codeOf(Deno.readTextFileSync(`${project}/${path}`)))
        .map((one) => ({ path, ...one }))
    );
}

const read = { permissions: { read: [project] } };

Deno.test("functions are found, with their lines and parameters", () => {
  const code = codeOf(`
export function first<T>(a: Map<string, T>, { b, c }: { b: 1; c: 2 }): { d: string } {
  return { d: "}" };
}
const second = async (a: (x: 1, y: 2) => void): Promise<void> => {
  if (a) {
    third();
  }
};
const short = (a: string) => a;
class Fourth {
  static #method(
    a: string,
    b = [1, 2],
  ): void {
    for (const c of b) (a);
  }
}`);
  assert.deepEqual(functionsOf(code), [
    { name: "first", lines: 3, parameters: 2 },
    { name: "second", lines: 5, parameters: 1 },
    { name: "#method", lines: 6, parameters: 2 },
  ]);
});

Deno.test("a function holds one thing", read, () => {
  const long = found().filter(({ lines }) => lines > linesMax).sort((a, b) => b.lines - a.lines);
  const shown = long.map(({ path, name, lines }) => `${lines} ${path} ${name}`).join("\n");
  assert.equal(long.length, 0, `more than ${linesMax} lines:\n${shown}`);
});

Deno.test("a function that needs much is given it by name", read, () => {
  const crowded = found().filter(({ parameters }) => parameters > parametersMax)
    .sort((a, b) => b.parameters - a.parameters);
  const shown = crowded.map((one) => `${one.parameters} ${one.path} ${one.name}`).join("\n");
  assert.equal(crowded.length, 0, `more than ${parametersMax} parameters:\n${shown}`);
});
