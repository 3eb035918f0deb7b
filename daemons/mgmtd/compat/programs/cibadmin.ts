/**
 * `cibadmin -Q`: the CIB, or a part of it.
 *
 * @module
 */
import { readCib } from "../cib.ts";
import { Ending, exitCode, unsupported } from "../exit_code.ts";
import { type OptionTable, readOptions, row, usage } from "../options.ts";
import type { Program } from "../program.ts";
import { all, writeXml } from "../xml.ts";
import { select } from "../xpath.ts";

const table: OptionTable = {
  ...row("-Q --query", "query"),
  ...row("-o --scope --obj_type", "scope", "value"),
  ...row("-A --xpath", "xpath", "value"),
  ...row("-n --no-children", "no children"),
  ...row("-e --node-path", "paths"),
  ...row("-t --timeout -N --node -h --host", "ignored", "value"),
  ...row("-l --local -s --sync-call -f --force -V --verbose", "ignored"),
  ...row("-u --upgrade -E --erase -B --bump -C --create -M --modify -P --patch", "change"),
  ...row("-R --replace -D --delete -d --delete-all -a --empty -5 --md5-sum", "change"),
  ...row("-6 --md5-sum-versioned -S --show-access -c --allow-create -p --xml-pipe", "change"),
  ...row("-X --xml-text -x --xml-file -U --user", "change", "value"),
};

/** See the head of the file. */
export const cibadmin: Program = async ({ args, node, out }) => {
  const { options } = readOptions(table, args);
  if (options.has("change")) throw unsupported("Anything but cibadmin --query");
  if (options.has("paths")) throw unsupported("--node-path");
  if (!options.has("query")) throw usage("No command is given: --query");
  const root = await readCib(await node());
  const path = options.get("xpath");
  const scope = options.get("scope");
  const found = path !== undefined
    ? select(root, path)
    : scope === undefined
    ? [root]
    : [...all(root)].filter(({ tag }) => tag === scope).slice(0, 1);
  const shown = options.has("no children")
    ? found.map((element) => ({ ...element, children: [] }))
    : found;
  const [first] = shown;
  if (first === undefined) {
    throw new Ending(exitCode.noSuch, "Call failed: No such device or address");
  }
  out(
    shown.length === 1
      ? writeXml(first)
      : writeXml({ tag: "xpath-query", attributes: new Map(), children: [...shown] }),
  );
  return exitCode.ok;
};
