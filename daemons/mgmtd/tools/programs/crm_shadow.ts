/**
 * `crm_shadow`: a copy of the configuration to change and to try without the cluster. With `CIB_shadow` in
 * the environment, the other programs read and change the copy.
 *
 * No shell is started: where the original does that, this one prints the line for the shell, as the
 * original does with `--batch`.
 *
 * @module
 */
import { dirname } from "node:path";
import { stringify, type XmlElement } from "@std/xml";
import { Draft } from "../../api/document/draft.ts";
import { childOf } from "../../api/document/element.ts";
import { initialRoot } from "../../../cib/doors/document.ts";
import { Ending, unsupported } from "../../compat/exit_code.ts";
import { type Given, readOptions, row, usage } from "../../compat/options.ts";
import { isThere } from "../../is_there.ts";
import { documentOf } from "../../steer/node.ts";
import { hold } from "../../whole_file.ts";
import { change, toolExit } from "../document.ts";
import { patchOf } from "../patch.ts";
import { fileText, readShadow } from "../shadow.ts";
import { shadowFile } from "../shadow_place.ts";
import type { Tool, ToolCall } from "../tool.ts";

const table = {
  ...row("-w --which", "which"),
  ...row("-p --display", "display"),
  ...row("-d --diff", "diff"),
  ...row("-F --file", "file"),
  ...row("-E --edit", "edit"),
  ...row("-c --create", "create", "value"),
  ...row("-e --create-empty", "create empty", "value"),
  ...row("-C --commit", "commit", "value"),
  ...row("-D --delete", "delete", "value"),
  ...row("-r --reset", "reset", "value"),
  ...row("-s --switch", "switch", "value"),
  ...row("-a --all", "all"),
  ...row("-f --force", "force"),
  ...row("-b --batch -V --verbose", "ignored"),
  ...row("-v --validate-with", "ignored", "value"),
};
const queries = ["which", "display", "diff", "file"] as const;
const changes = [
  "create",
  "create empty",
  "commit",
  "delete",
  "reset",
  "switch",
] as const;
type Query = typeof queries[number];
type Change = typeof changes[number];
const isQuery = (meaning: string): meaning is Query => queries.some((one) => one === meaning);
const isChange = (meaning: string): meaning is Change => changes.some((one) => one === meaning);

/** See the head of the file. */
export const crmShadow: Tool = {
  async run(call) {
    const given = readOptions(table, call.args);
    if (given.options.has("edit")) throw unsupported("--edit (see --file for the file to edit)");
    if (given.options.has("all")) throw unsupported("--all (the status is the cluster's own)");
    const query = given.order.findLast(isQuery);
    if (query !== undefined) return await ask(call, query);
    const command = given.order.findLast(isChange);
    if (command === undefined) throw usage("A query or command is required, such as --which");
    return await perform(call, command, given);
  },
};

async function ask(call: ToolCall, query: Query): Promise<number> {
  const { shadow: { active = "" } } = call;
  const path = fileOf(call, active);
  switch (query) {
    case "which":
      call.out(`${active}\n`);
      return toolExit.ok;
    case "file":
      call.out(`${path}\n`);
      return toolExit.ok;
    case "display":
      call.out(fileText(await readShadow(path, call.read)));
      return toolExit.ok;
    case "diff": {
      const diff = patchOf(await live(call), await readShadow(path, call.read));
      if (diff === undefined) return toolExit.ok;
      call.out(`${stringify(diff, { indent: "  " }).trimEnd()}\n`);
      return toolExit.error;
    }
  }
}

async function perform(call: ToolCall, command: Change, { options }: Given): Promise<number> {
  const { shadow: { active = "" } } = call;
  const name = options.get(command) ?? "";
  const path = fileOf(call, name);
  const isForced = options.has("force");
  switch (command) {
    case "switch":
      await readShadow(path, call.read);
      return printed(call, name, "To switch to the shadow copy");
    case "create":
    case "create empty":
      if (!isForced && await isThere(path)) {
        throw new Ending(
          toolExit.exists,
          `A shadow copy "${name}" exists: use --force to replace it`,
        );
      }
      await store(path, command === "create" ? await live(call) : initialRoot(undefined));
      return printed(call, name, "To use the new shadow copy");
    case "reset":
      if (active !== "" && active !== name && !isForced) {
        throw usage(`The active shadow copy is "${active}", not "${name}": use --force`);
      }
      await readShadow(path, call.read);
      await store(path, await live(call));
      return printed(call, name, "To use the shadow copy");
    case "delete":
      if (!isForced) throw usage("Deleting a shadow copy cannot be undone: use --force");
      if (await isThere(path)) await Deno.remove(path);
      if (name === active) call.out("To leave the deleted shadow copy:\n  unset CIB_shadow\n");
      return toolExit.ok;
    case "commit":
      if (!isForced) throw usage("Committing changes the running cluster: use --force");
      return await commit(call, await readShadow(path, call.read));
  }
}

async function commit(call: ToolCall, copy: XmlElement): Promise<number> {
  await change(
    { ...call, client: () => call.cluster() },
    "crm_shadow --commit",
    (cib) => withConfiguration(cib, copy),
  );
  return toolExit.ok;
}

function fileOf({ shadow: { folder } }: ToolCall, name: string): string {
  if (name === "") throw new Ending(toolExit.noSuch, "No shadow configuration is active");
  const path = shadowFile(folder, name);
  if (path === undefined) {
    throw usage(`"${name}" cannot name a shadow copy: use letters, digits, ".", "_" and "-"`);
  }
  return path;
}

/** The CIB of the cluster, whatever `CIB_shadow` says. */
const live = async (call: ToolCall): Promise<XmlElement> => await documentOf(await call.cluster());

async function store(path: string, cib: XmlElement): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await using file = await hold(path, 0o600);
  await file.write(fileText(cib));
}

function printed(call: ToolCall, name: string, what: string): number {
  call.out(`${what}, paste this into your shell:\n  CIB_shadow=${name} ; export CIB_shadow\n`);
  return toolExit.ok;
}

/** The cluster's document with the configuration of the copy. */
function withConfiguration(cib: XmlElement, copy: XmlElement): XmlElement {
  const before = childOf(cib, "configuration");
  const after = childOf(copy, "configuration");
  if (before === undefined || after === undefined) {
    throw new Ending(toolExit.badData, "The shadow copy has no <configuration>");
  }
  const draft = new Draft(cib);
  draft.replace(before, after);
  return draft.root;
}
