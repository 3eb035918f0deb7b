/**
 * What is generated from the table of error codes: their page, `errors.md` of `mgmtd`, and the type of
 * their names, `metadata/codes/code_name.ts`.
 *
 *     deno task errors
 *
 * @module
 */
import { codesByArea } from "../../../metadata/codes/table.ts";

/** The whole page. */
export function errorsPage(): string {
  const areas = codesByArea();
  return [
    "# Error codes",
    "",
    "A message that needs somebody to act shows a code, such as `[HA9001]`. `ha explain HA9001`",
    "prints the same text as this page. `deno task errors` generates the page from",
    "`metadata/codes/`; a test compares both.",
    "",
    "The first digit of a code is its area. A code keeps its meaning in later versions.",
    ...areas.flatMap(({ title, codes }) => [
      "",
      `## ${title}`,
      ...codes.flatMap(({ code, title, meaning, causes, fix, command }) => [
        "",
        `### ${code}: ${plain(title)}`,
        "",
        plain(meaning),
        "",
        `- _Causes:_ ${causes.map(plain).join("; ")}.`,
        `- _Fix:_ ${plain(fix)}${command === undefined ? "" : ` \`${command}\``}`,
      ]),
    ]),
    "",
  ].join("\n");
}

/** The module with the type of all codes. A type that follows from the table would not be public. */
export function codeNameModule(): string {
  const names = codesByArea().flatMap(({ codes }) => codes.map(({ code }) => `  | "${code}"`));
  return `/**
 * The names of all error codes. \`deno task errors\` writes this file.
 *
 * @module
 */

/** A code of the table. */
export type Code =
${names.join("\n")};
`;
}

/** Nothing in a text is markup. */
const plain = (text: string): string => text.replace(/[\\`*_{}\[\]<>#|]/g, "\\$&");

if (import.meta.main) {
  await Deno.writeTextFile(new URL("../errors.md", import.meta.url), errorsPage());
  await Deno.writeTextFile(
    new URL("../../../metadata/codes/code_name.ts", import.meta.url),
    codeNameModule(),
  );
}
