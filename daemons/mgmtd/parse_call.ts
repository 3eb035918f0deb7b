/**
 * From the words of a command line to a command and its call, or to what is wrong with them.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { parseArgs } from "@std/cli/parse-args";
import { didYouMean } from "../../metadata/nearest.ts";
import type { Call, Command, Option } from "./command.ts";

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
    const near = didYouMean(spoken, commands.map(({ path }) => path.join(" ")));
    const text = `There is no command "${spoken}".${near}`;
    return { type: "wrong", text: withCode("HA0001", `${text} Fix: ha --help lists them`) };
  }
  const rest = words.slice(command.path.length);
  if (rest.includes("--help") || rest.includes("-h")) {
    // A command may be the beginning of others, which its help names.
    const longer = commands.filter(({ path }) =>
      path.length > command.path.length && command.path.every((step, at) => path[at] === step)
    );
    return { type: "help", commands: [command, ...longer] };
  }
  const read = readWords(command, rest);
  if (typeof read !== "string") return { type: "call", command, call: read };
  return { type: "wrong", text: `${withCode("HA0002", read)}\n${usage(command)}` };
}

/** The call that the words make; what is wrong with them, if they make none. */
function readWords({ options, positionals }: Command, words: readonly string[]): Call | string {
  const names = Object.keys(options);
  const of = (is: (option: Option) => boolean) =>
    Object.entries(options).flatMap(([name, option]) => is(option) ? [name] : []);
  const wrong: string[] = switchesWithValues(options, words);
  const read = parseArgs(words.map((word) => marked(word, options)), {
    string: [...of(({ type }) => type === "string"), "_"],
    boolean: of(({ type }) => type === "boolean"),
    collect: of(({ multiple }) => multiple === true),
    alias: Object.fromEntries(
      Object.entries(options).flatMap(([name, { short }]) =>
        short === undefined ? [] : [[name, short]]
      ),
    ),
    unknown(word, name) {
      if (name === undefined) return true; // no option
      const near = didYouMean(name, names);
      wrong.push(`There is no option "${word.replace(/=.*/s, "")}".${near}`);
      return false;
    },
  });
  const given: Record<string, string | boolean | readonly (string | boolean)[]> = {};
  for (const [name, { type, multiple }] of Object.entries(options)) {
    const value: unknown = read[name];
    const values = (Array.isArray(value) ? value : value === undefined ? [] : [value])
      .filter((one) => typeof one === "string" || typeof one === "boolean");
    if (type === "string" && values.includes("")) {
      wrong.push(`The option "--${name}" needs a value.`);
    }
    const set = values.filter((one) => one !== false); // a switch that is not given
    if (set.length > 0) given[name] = multiple === true ? set : set.at(-1) ?? "";
  }
  if (positionals === undefined && read._.length > 0) {
    wrong.push(`"${read._.join(" ")}" is not expected: the command takes only options.`);
  }
  return wrong.length > 0
    ? wrong.join("\n")
    : { options: given, positionals: read._.map((word) => unmarked(String(word))) };
}

/** Stands before a negative score, which is no option; no word of a person has it. */
const mark = "\u0001";

const marked = (word: string, options: Command["options"]): string =>
  /^-(?:\d+|INFINITY)$/i.test(word) &&
    !Object.values(options).some(({ short }) => short === word.slice(1))
    ? mark + word
    : word;

const unmarked = (word: string): string => word.startsWith(mark) ? word.slice(mark.length) : word;

/** A switch is given or not: `--yes=no` would be taken for a yes. */
function switchesWithValues(options: Command["options"], words: readonly string[]): string[] {
  const end = words.indexOf("--");
  return (end < 0 ? words : words.slice(0, end)).flatMap((word) => {
    const [, dashes, name = "", value = ""] = /^(--?)([^-=][^=]*)=(.*)$/s.exec(word) ?? [];
    const switches = Object.entries(options).filter(([, { type }]) => type === "boolean");
    const found = switches.find(([long, { short }]) =>
      dashes === "--" ? long === name : short !== undefined && name.endsWith(short)
    );
    if (found === undefined || ["true", "false"].includes(value)) return [];
    const what = `The option "--${found[0]}" takes no value`;
    return [withCode("HA0002", `${what}. Fix: write it alone, or leave it out.`)];
  });
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
