/**
 * `cibadmin` where it changes the CIB: create, modify, replace, delete, patch.
 *
 * @module
 */
import { Draft } from "../../api/document/draft.ts";
import { all } from "../../api/document/element.ts";
import { Ending, unsupported } from "../../compat/exit_code.ts";
import { readOptions, row, usage } from "../../compat/options.ts";
import { change, document, elementIn, toolExit } from "../document.ts";
import { edited } from "../edited.ts";
import { patched } from "../patch.ts";
import type { Tool, ToolCall } from "../tool.ts";
import { selected } from "../xpath.ts";

const table = {
  ...row("-Q --query", "query"),
  ...row("-C --create", "create"),
  ...row("-M --modify", "modify"),
  ...row("-R --replace", "replace"),
  ...row("-D --delete", "delete"),
  ...row("-d --delete-all", "delete all"),
  ...row("-P --patch", "patch"),
  ...row(
    "-u --upgrade -B --bump -E --erase -a --empty -5 --md5-sum -6 --md5-sum-versioned",
    "other",
  ),
  ...row("-o --scope --obj_type", "scope", "value"),
  ...row("--xpath -A", "xpath", "value"),
  ...row("-X --xml-text", "text", "value"),
  ...row("-x --xml-file", "file", "value"),
  ...row("-p --xml-pipe", "pipe"),
  ...row("-c --allow-create", "may create"),
  ...row("-n --no-children -e --node-path", "query only"),
  ...row("-t --timeout -N --node -h --host -U --user -r --dc-uuid", "ignored", "value"),
  ...row("-l --local -s --sync-call -f --force -V --verbose", "ignored"),
};
const commands = [
  "query",
  "create",
  "modify",
  "replace",
  "delete",
  "delete all",
  "patch",
  "other",
] as const;

const isCommand = (meaning: string): meaning is typeof commands[number] =>
  commands.some((one) => one === meaning);

/** See the head of the file. */
export const cibadmin: Tool = {
  async run(call) {
    const { options, order } = readOptions(table, call.args);
    const command = order.findLast(isCommand);
    if (command === undefined || command === "query") return undefined;
    if (command === "other") throw unsupported("This command of cibadmin");
    const text = await textOf(call, options);
    const path = options.get("xpath");
    const spoken = `cibadmin --${command.replace(" ", "-")}`;
    if (text === undefined) {
      if (path === undefined || !command.startsWith("delete")) {
        throw usage("Give XML with -X, -x or -p");
      }
      await change(call, spoken, (cib) => {
        const draft = new Draft(cib);
        const found = selected(cib, path);
        if (found.length === 0) {
          throw new Ending(toolExit.noSuch, "Call failed: No such device or address");
        }
        for (const one of command === "delete" ? found.slice(0, 1) : found) {
          if ([...all(draft.root)].includes(one)) draft.replace(one);
        }
        return draft.root;
      });
      return toolExit.ok;
    }
    const given = elementIn(text);
    if (command === "patch") {
      await change(call, spoken, (cib) => patched(cib, given));
      return toolExit.ok;
    }
    const place = { scope: options.get("scope"), path, mayCreate: options.has("may create") };
    // Said before it is tried: a write may be worked out several times.
    edited(await document(call), command, given, place);
    await change(call, spoken, (cib) => edited(cib, command, given, place));
    return toolExit.ok;
  },
};

async function textOf(
  call: ToolCall,
  options: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const file = options.get("file");
  if (file !== undefined) return await call.read(file);
  return options.get("text") ?? (options.has("pipe") ? await call.stdin() : undefined);
}
