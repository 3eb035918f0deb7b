/**
 * The project's imports, as tests of its architecture read them.
 *
 * @module
 */
import { filePath } from "../pils/found.ts";

/** The project's folder, without a slash at its end. */
export const project = filePath(new URL("..", import.meta.url));

/** From the lowest to the highest: a floor may import itself and those below. */
export const floors = ["metadata", "pils", "plugins", "daemons", "tests"];

/** Every source file below a folder, relative to the project. */
export function sources(folder: string): string[] {
  return [...Deno.readDirSync(`${project}/${folder}`)].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return entry.name.startsWith(".") ? [] : sources(path);
    return entry.isFile && path.endsWith(".ts") ? [path] : [];
  }).sort();
}

/** Code without comments, so that prose is not taken for code. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`\\])\/\/[^\n]*/g, "$1");
}

/** What may stand before an expression, so that a slash after it begins a regular expression. */
const beforeRegex = /(?:^|[(,=:[!&|?{};>~+*%<-]|\b(?:return|typeof|case|of|in))\s*$/;

/**
 * Code without comments, and with nothing in its texts, regular expressions and the fixed parts of
 * templates. Lines stay where they are.
 */
export function codeOf(text: string): string {
  let code = "";
  let at = 0;
  /** Depths of braces at which a template goes on. */
  const templates: number[] = [];
  let depth = 0;
  /** Leaves out what is between, but for its ends of lines. */
  const skip = (to: number) => {
    code += text.slice(at, to).replace(/[^\n]+/g, "");
    at = to;
  };
  const template = () => {
    let to = at;
    while (to < text.length && text[to] !== "`" && !text.startsWith("${", to)) {
      to += text[to] === "\\" ? 2 : 1;
    }
    skip(to);
    if (text[to] === "`") {
      code += "`";
      at++;
    } else {
      code += "${";
      at += 2;
      templates.push(depth++);
    }
  };
  while (at < text.length) {
    const character = text[at]!;
    if (text.startsWith("//", at) || text.startsWith("/*", at)) {
      const end = character + text[at + 1] === "//"
        ? text.indexOf("\n", at)
        : text.indexOf("*/", at) + 2;
      skip(end < 2 ? text.length : end);
    } else if (character === '"' || character === "'") {
      const end = /(?:[^\\\n]|\\[^])*?(?=["'\n])/y;
      let to = at + 1;
      do {
        end.lastIndex = to;
        to = end.exec(text) === null ? text.length : end.lastIndex + 1;
      } while (to < text.length && text[to - 1] !== character && text[to - 1] !== "\n");
      skip(to);
      code += '""';
    } else if (character === "`") {
      code += "`";
      at++;
      template();
    } else if (character === "/" && beforeRegex.test(code.slice(-12))) {
      const end = /\/(?:[^\\\n[/]|\\.|\[(?:[^\\\n\]]|\\.)*\])+\/\w*/y;
      end.lastIndex = at;
      skip(end.test(text) ? end.lastIndex : at + 1);
      code += "/./";
    } else {
      code += character;
      at++;
      if (character === "{") depth++;
      else if (character === "}") {
        depth--;
        if (templates.at(-1) === depth) {
          templates.pop();
          template();
        }
      }
    }
  }
  return code;
}

/** One import: where it points and whether it is of types alone. */
export interface Import {
  readonly to: string;
  readonly typeOnly: boolean;
}

/** The imports of a file, relative ones resolved to paths within the project. */
export function importsOf(path: string): Import[] {
  const text = withoutComments(Deno.readTextFileSync(`${project}/${path}`));
  const found: Import[] = [];
  for (
    const match of text.matchAll(
      /(?:import|export)\s+(type\s+)?([^"';]*?)\s*from\s*"([^"]+)"|import\s*\(\s*"([^"]+)"\s*\)|import\s+"([^"]+)"/g,
    )
  ) {
    const specifier = match[3] ?? match[4] ?? match[5] ?? "";
    const to = specifier.startsWith(".")
      ? new URL(specifier, `file:///${path}`).pathname.slice(1)
      : specifier;
    const names = match[2] ?? "";
    const allTypes = /^\{[^}]*\}$/.test(names) &&
      names.slice(1, -1).split(",").filter((name) => name.trim() !== "").every((name) =>
        /^\s*type\s/.test(name)
      );
    found.push({ to, typeOnly: match[1] !== undefined || allTypes });
  }
  return found;
}
