/**
 * `crm_diff`: what differs between two CIBs, and a patch applied to one.
 *
 * @module
 */
import { stringify } from "@std/xml";
import { readOptions, row, usage } from "../../compat/options.ts";
import { elementIn, toolExit } from "../document.ts";
import { patched, patchOf } from "../patch.ts";
import type { Tool } from "../tool.ts";

const table = {
  ...row("-o --original", "original", "value"),
  ...row("-O --original-string", "original text", "value"),
  ...row("-n --new", "new", "value"),
  ...row("-N --new-string", "new text", "value"),
  ...row("-p --patch", "patch", "value"),
  ...row("-s --stdin", "stdin"),
  ...row("-c --cib -u --no-version -V --verbose", "ignored"),
};

/** See the head of the file. */
export const crmDiff: Tool = {
  async run({ args, read, stdin, out }) {
    const { options } = readOptions(table, args);
    const given = async (name: string) => {
      const path = options.get(name);
      return path === undefined ? options.get(`${name} text`) : await read(path);
    };
    const original = await given("original");
    if (original === undefined) throw usage("Could not parse the original: give -o or -O");
    const before = elementIn(original);
    const patch = options.get("patch");
    if (patch !== undefined) {
      out(`${stringify(patched(before, elementIn(await read(patch))), { indent: "  " })}\n`);
      return toolExit.ok;
    }
    const text = options.has("stdin") ? await stdin() : await given("new");
    if (text === undefined) throw usage("Could not parse the new document: give -n or -N");
    const diff = patchOf(before, elementIn(text));
    if (diff === undefined) return toolExit.ok;
    out(`${stringify(diff, { indent: "  " }).trimEnd()}\n`);
    return toolExit.error;
  },
};
