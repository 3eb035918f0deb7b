/**
 * Manual pages, made from the table of commands: `ha(1)` with all of them, and a page for each group.
 *
 * @module
 */
import type { Command } from "./command.ts";
import { exit, exitMeanings } from "./exit.ts";
import { usage } from "./parse_call.ts";

/** A page as roff, by the name of its file: `ha-resource.1`. */
export function manPages(
  commands: readonly Command[],
  version: string,
): ReadonlyMap<string, string> {
  const groups = new Map<string, readonly Command[]>();
  for (const command of commands) {
    const [first = ""] = command.path;
    groups.set(first, [...groups.get(first) ?? [], command]);
  }
  const pages = new Map([["ha.1", overview(groups, version)]]);
  for (const [first, members] of groups) pages.set(`ha-${first}.1`, page(first, members, version));
  return pages;
}

/** Text of roff: no line is taken for a request, no character for an escape. */
const text = (of: string): string =>
  of.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq").replaceAll(
    "`",
    "\\(ga",
  )
    .replaceAll("^", "\\(ha").replaceAll("~", "\\(ti")
    .split("\n").map((line) => line.startsWith(".") ? `\\&${line}` : line).join("\n");

/** Text as an argument of a request. */
const quoted = (of: string): string => `"${text(of).replaceAll('"', "\\(dq")}"`;

const head = (name: string, summary: string, version: string): readonly string[] => [
  `.TH ${quoted(name.toUpperCase())} 1 "" ${quoted(version)} "High availability"`,
  ".SH NAME",
  `${text(name)} \\- ${text(summary)}`,
];

function overview(groups: ReadonlyMap<string, readonly Command[]>, version: string): string {
  return [
    ...head("ha", "the command line of a cluster node", version),
    ".SH SYNOPSIS",
    ".B ha",
    text("COMMAND [OPTION...] [ARGUMENT...]"),
    ".SH COMMANDS",
    ...[...groups].flatMap(([first, members]) =>
      members.flatMap(({ path, summary }) => [
        ".TP",
        `.B ${text(["ha", ...path].join(" "))}`,
        `${text(summary)}. See ${text(`ha-${first}`)}(1).`,
      ])
    ),
    ".SH EXIT STATUS",
    ...Object.entries(exit).flatMap(([name, code]) => [
      ".TP",
      `.B ${code}`,
      text(exitMeanings[name as keyof typeof exit]),
    ]),
    "",
  ].join("\n");
}

function page(first: string, members: readonly Command[], version: string): string {
  const [only] = members;
  const summary = members.length === 1 && only !== undefined
    ? only.summary
    : `commands: ${members.map(({ path }) => path.slice(1).join(" ")).join(", ")}`;
  return [
    ...head(`ha-${first}`, summary, version),
    ...members.flatMap(commandLines),
    ".SH SEE ALSO",
    ".BR ha (1)",
    "",
  ].join("\n");
}

const commandLines = (command: Command): readonly string[] => [
  `.SH ${quoted(["ha", ...command.path].join(" ").toUpperCase())}`,
  `${text(command.summary)}.`,
  ".PP",
  text(usage(command)),
  ...(command.details === undefined
    ? []
    : [".PP", ".nf", ...command.details.split("\n").map((line) => text(line)), ".fi"]),
  ...Object.entries(command.options).flatMap(([name, { short, value, summary }]) => [
    ".TP",
    `.B ${
      text(
        [
          ...(short === undefined ? [] : [`-${short},`]),
          `--${name}`,
          ...(value === undefined ? [] : [value]),
        ].join(" "),
      )
    }`,
    `${text(summary)}.`,
  ]),
];
