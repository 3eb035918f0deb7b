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

/** Code without comments, texts and templates' fixed parts. */
export function codeOf(text: string): string {
  return withoutComments(text)
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replace(/`(?:[^`\\$]|\\.|\$(?!\{))*/g, "`");
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
