/**
 * From the words of a command line to a command and its call, or to what is wrong with them.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { messageOf } from "../../metadata/message_of.ts";
import { nearest } from "../../metadata/nearest.ts";
import type { Call, Command } from "./command.ts";

/** What the words mean. */
export type Parsed =
  | { readonly type: "call"; readonly command: Command; readonly call: Call }
  /** Help is wanted: of one command, or of those that begin with these words. */
  | { readonly type: "help"; readonly commands: readonly Command[] }
  | { readonly type: "wrong"; readonly text: string };

/** Finds the command and reads its options. */
export function parseCall(commands: readonly Command[], words: readonly string[]): Parsed {
  const command = commands
    .filter(({ path }) => path.every((step, at) => words[at] === step))
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (command === undefined) {
    const first = words.findIndex((word) => word.startsWith("-"));
    const names = first < 0 ? words : words.slice(0, first);
    const below = commands.filter(({ path }) => names.every((name, at) => path[at] === name));
    if (below.length > 0) return { type: "help", commands: below };
    const spoken = names.join(" ");
    const near = nearest(spoken, commands.map(({ path }) => path.join(" ")));
    const mend = near === undefined ? "`ha --help` lists them." : `Did you mean "${near}"?`;
    return { type: "wrong", text: `There is no command "${spoken}". ${mend}` };
  }
  const rest = words.slice(command.path.length);
  if (rest.includes("--help") || rest.includes("-h")) return { type: "help", commands: [command] };
  try {
    const { values, positionals } = parseArgs({
      args: [...rest],
      options: Object.fromEntries(
        Object.entries(command.options).map(([name, { type, short, multiple }]) => [name, {
          type,
          ...(short === undefined ? {} : { short }),
          ...(multiple === undefined ? {} : { multiple }),
        }]),
      ),
      allowPositionals: command.positionals !== undefined,
      strict: true,
    });
    const given = Object.entries(values).filter(([, value]) => value !== undefined);
    return {
      type: "call",
      command,
      call: { options: Object.fromEntries(given) as Call["options"], positionals },
    };
  } catch (error) {
    const said = messageOf(error);
    return { type: "wrong", text: `${said}\n${usage(command)}` };
  }
}

/** The usage line of a command. */
export function usage({ path, positionals, options }: Command): string {
  const marks = Object.entries(options).map(([name, { value }]) =>
    `[--${name}${value === undefined ? "" : ` ${value}`}]`
  );
  return ["Usage: ha", ...path, ...marks, positionals ?? ""].join(" ").trim();
}

/** Help: one command in full, or a line for each of several. */
export function help(commands: readonly Command[]): string {
  const [only] = commands;
  if (commands.length !== 1 || only === undefined) {
    const width = Math.max(...commands.map(({ path }) => path.join(" ").length));
    return commands
      .map(({ path, summary }) => `  ${path.join(" ").padEnd(width)}  ${summary}\n`)
      .sort().join("");
  }
  const rows = Object.entries(only.options).map(([name, { short, value, summary }]) => {
    const spoken = `${short === undefined ? "    " : `-${short}, `}--${name}${
      value === undefined ? "" : ` ${value}`
    }`;
    return `  ${spoken.padEnd(28)}  ${summary}\n`;
  });
  return [
    `${only.summary}\n\n${usage(only)}\n`,
    ...(rows.length > 0 ? ["\n", ...rows] : []),
    ...(only.details === undefined ? [] : ["\n", only.details, "\n"]),
  ].join("");
}
