/**
 * `attrd_updater`: attributes of one life of a node.
 *
 * @module
 */
import { nameBytesMax } from "../../../attrd/protocol.ts";
import type { AttributeUpdate } from "../../../runtime/messages.ts";
import { update, valuesOf } from "../attributes.ts";
import { exitCode } from "../exit_code.ts";
import { durationMs, type OptionTable, readOptions, row, usage } from "../options.ts";
import type { Program } from "../program.ts";
import { escaped } from "../xml.ts";

const table: OptionTable = {
  ...row("-n --name", "name", "value"),
  ...row("-U --update -v --attr-value", "set", "value"),
  ...row("-B --update-both", "both", "value"),
  ...row("-Y --update-delay", "dampen"),
  ...row("-Q --query", "query"),
  ...row("-D --delete", "delete"),
  ...row("-R --refresh", "refresh"),
  ...row("-d --delay", "delay", "value"),
  ...row("-s --set", "set id", "value"),
  ...row("-S --section -l --lifetime", "ignored", "value"),
  ...row("-N --node", "node", "value"),
  ...row("-A --all", "all"),
  ...row("-p --private", "private"),
  ...row("-q --quiet -V --verbose", "ignored"),
};

const commands = ["set", "both", "dampen", "query", "delete", "refresh"];

/** See the head of the file. */
export const attrdUpdater: Program = async ({ args, node, out }) => {
  const { options, order } = readOptions(table, args);
  const command = order.findLast((meaning) => commands.includes(meaning));
  // The CIB is compared with the attributes at every change: nothing has to be sent again.
  if (command === "refresh") return exitCode.ok;
  const name = options.get("name");
  if (name === undefined || name === "") throw usage("Command requires --name argument");
  if (new TextEncoder().encode(name).length > nameBytesMax) {
    throw usage(`--name has at most ${nameBytesMax} bytes`);
  }
  const on = options.get("node");
  const connected = await node();
  if (command === "query") {
    const values = await valuesOf(connected, {
      lifetime: "reboot",
      name,
      ...(options.has("all") ? { node: "*" } : on === undefined ? {} : { node: on }),
    });
    for (const { node, name, value } of values) {
      out(`name="${escaped(name)}" host="${escaped(node)}" value="${escaped(value)}"\n`);
    }
    return values.length > 0 ? exitCode.ok : exitCode.noSuch;
  }
  const set = options.get("set id");
  const delay = options.get("delay");
  const more = {
    name,
    lifetime: "reboot" as const,
    ...(on === undefined ? {} : { node: on }),
    ...(set === undefined ? {} : { set }),
    ...(delay === undefined ? {} : { dampenMs: durationMs(delay) }),
    ...(options.has("private") ? { private: true } : {}),
  };
  await update(connected, changeOf(command, options, more));
  return exitCode.ok;
};

function changeOf(
  command: string | undefined,
  options: ReadonlyMap<string, string>,
  more: Omit<AttributeUpdate, "change">,
): AttributeUpdate {
  switch (command) {
    case "set":
    case "both":
      if (command === "both" && more.dampenMs === undefined) throw usage("-B requires -d/--delay");
      return { ...more, change: command, value: options.get(command) ?? "" };
    case "dampen":
      if (more.dampenMs === undefined) throw usage("-Y requires -d/--delay");
      return { ...more, change: "dampen" };
    case "delete":
      return { ...more, change: "delete" };
    default:
      throw usage("A command is required: -U, -B, -Y, -Q or -D");
  }
}
