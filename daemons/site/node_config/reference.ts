/**
 * The reference of the node configuration, made from its fields and examples: prints the README of this folder.
 *
 *     deno run --allow-read=daemons daemons/site/node_config/reference.ts >README.new
 *
 * @module
 */
import { reference } from "../../../metadata/reference.ts";
import { examplesText } from "./examples.ts";
import { nodeFields } from "./fields.ts";

/** What stands before the generated part, and what after it begins with. */
export const marks = { begin: "<!-- fields: begin -->\n", end: "<!-- fields: end -->\n" };

/** The README with the fields as they are now. */
export function withFields(readme: string): string {
  const [begin, end] = [readme.indexOf(marks.begin), readme.indexOf(marks.end)];
  if (begin < 0 || end < begin) throw new Error("The README has no place for the fields");
  const before = readme.slice(0, begin + marks.begin.length);
  return `${before}\n${reference(nodeFields)}\n## Examples\n\n${examplesText()}\n${
    readme.slice(end)
  }`;
}

if (import.meta.main) {
  const readme = await Deno.readTextFile(new URL("./README.md", import.meta.url));
  console.log(withFields(readme).trimEnd());
}
