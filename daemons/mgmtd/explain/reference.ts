/**
 * The page of all error codes, generated from their table: prints `errors.md` of `mgmtd`.
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

/** Nothing in a text is markup. */
const plain = (text: string): string => text.replace(/[\\`*_{}\[\]<>#|]/g, "\\$&");

if (import.meta.main) {
  await Deno.writeTextFile(new URL("../errors.md", import.meta.url), errorsPage());
}
