/**
 * `crm_verify`: what is wrong with a CIB.
 *
 * @module
 */
import { readOptions, row, usage } from "../../compat/options.ts";
import { verify } from "../../verify.ts";
import { document, elementIn, isOfOldVersion, toolExit } from "../document.ts";
import type { Tool } from "../tool.ts";

const table = {
  ...row("-L --live-check", "live"),
  ...row("-x --xml-file", "file", "value"),
  ...row("-X --xml-text", "text", "value"),
  ...row("-p --xml-pipe", "pipe"),
  ...row("-V --verbose", "verbose"),
  ...row("-q --quiet", "ignored"),
  ...row("-S --save-xml --output-as", "ignored", "value"),
};

/** So many `-V` ask for notes too. */
const notesFrom = 3;

/** See the head of the file. */
export const crmVerify: Tool = {
  async run(call) {
    const { options, order } = readOptions(table, call.args);
    const file = options.get("file");
    const text = file !== undefined
      ? await call.read(file)
      : options.get("text") ?? (options.has("pipe") ? await call.stdin() : undefined);
    if (text === undefined && !options.has("live")) {
      throw usage("No configuration is named: -L, -x, -X or -p");
    }
    const cib = text === undefined ? await document(call) : elementIn(text);
    const { lines, refused } = verify(cib, Math.floor(call.now() / 1000));
    // Scripts call it with -VV: what 2.1 has and 3.0 renamed is a note there, which 2.1 never gives.
    const isChatty = order.filter((one) => one === "verbose").length >= notesFrom;
    for (const line of lines) if (isChatty || !isOfOldVersion(line)) call.err(line);
    return refused ? toolExit.config : toolExit.ok;
  },
};
