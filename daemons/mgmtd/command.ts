/**
 * A command of `ha`: what it is called, what it takes, what it may touch, and what it does.
 *
 * A command is held to what it declares, like a plugin: `ha` parses the arguments without any
 * right to files or network, asks the command for its grant, and runs it in a process of its own
 * with exactly that. Help, completion and the list of all commands come from the same table.
 *
 * @module
 */
import type { Grant } from "../site/flags.ts";

/** One option, `--name` or `--name=value`. */
export interface Option {
  readonly type: "string" | "boolean";
  /** One letter: `-x`. */
  readonly short?: string;
  /** May be given several times. */
  readonly multiple?: boolean;
  /** What the value is, for help: `FILE`. */
  readonly value?: string;
  readonly summary: string;
}

/** Arguments, parsed. */
export interface Call {
  /** Options by name, only those given. Multiple ones as lists. */
  readonly options: Readonly<Record<string, string | boolean | readonly (string | boolean)[]>>;
  readonly positionals: readonly string[];
}

/** The world as a command sees it. */
export interface Io {
  /**
   * Writes to standard output: a text with its own line breaks, or lines, each of which stays one
   * line whatever it holds. Characters that drive a terminal are escaped.
   */
  out(text: string | readonly string[]): void;
  /** The same to standard error. */
  err(text: string | readonly string[]): void;
  /** Asks a question on the terminal; undefined if there is none. */
  ask(question: string): string | undefined;
  /** Asks for a secret, which is not echoed; undefined at the end. Needs a terminal. */
  readonly secret?: (question: string) => Promise<string | undefined>;
}

/** Texts of files, by path. */
export type Consulted = ReadonlyMap<string, string>;

/** Where things are. */
export interface Where {
  /** The project's folder, absolute, without a slash at its end. */
  readonly project: string;
  /** The folder the person is in, absolute. */
  readonly here: string;
  /** The running Deno, absolute. */
  readonly deno: string;
}

/** One command. */
export interface Command {
  /** `["status"]` or `["plugin", "ls"]`. */
  readonly path: readonly string[];
  /** One line. */
  readonly summary: string;
  /** What follows the options: `[NODE]`, `FILE...`. */
  readonly positionals?: string;
  /** What there is to say beyond the options. */
  readonly details?: string;
  readonly options: Readonly<Record<string, Option>>;
  /**
   * Files that say what the call has to touch, such as a lock that names folders; absolute paths. They
   * are read before `grant` is asked, by a process that may read them alone.
   */
  consults?(call: Call, where: Where): readonly string[];
  /**
   * What this call may touch; absolute paths. Pure: it only reads its arguments.
   * @param consulted texts of the files that `consults` names, by path; one that cannot be read is not
   * there
   */
  grant(call: Call, where: Where, consulted?: Consulted): Grant;
  /**
   * Of a command that computes on a document: whether this call does it once, so that its time is
   * bounded (`limits.ts`). Such a command has the options there.
   */
  endsSoon?(call: Call): boolean;
  /** Does it, and gives the exit code (`exit.ts`). */
  run(call: Call, io: Io, where: Where): Promise<number> | number;
}
