/**
 * `ha explain`: what an error code means, and what to do.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import type { Command } from "../command.ts";
import { exit } from "../exit.ts";

/** Characters of a word that are repeated at most. */
const wordCharactersMax = 40;

/** The command. */
export const explain: Command = {
  path: ["explain"],
  summary: "Explain an error code: its meaning, causes and fix",
  positionals: "[CODE...]",
  details: `Messages show a code in brackets before the fix, such as [HA9001]. It may be written in
lower case, with or without brackets. Without a code, all codes are listed by area.

Exit codes: 0 all codes are known; 105 one of them is not.`,
  options: { json: { type: "boolean", summary: "JSON instead of text" } },
  grant: () => ({}),
  async run(call, io) {
    // The table is loaded by the process that answers, not by the one that starts it.
    const { codesAsData, codeText, listText, sortCodes, unknownCode } = await import(
      "../explain/answer_explain.ts"
    );
    const { wanted, unknown } = sortCodes(call.positionals);
    if (unknown.length > 0) {
      io.err(unknown.map((word) => unknownCode(clip(word, wordCharactersMax))));
    }
    if (call.options["json"] === true) {
      if (wanted.length > 0 || unknown.length === 0) {
        io.out(`${JSON.stringify(codesAsData(wanted), null, 2)}\n`);
      }
    } else if (call.positionals.length === 0) io.out(listText());
    else io.out(wanted.map(codeText).join("\n"));
    return unknown.length === 0 ? exit.ok : exit.noSuch;
  },
};
