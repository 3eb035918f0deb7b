/**
 * Starts the programs of an agent, each a `deno run` with exactly its own permissions.
 *
 * @module
 */
import { ByteReader } from "../../../../metadata/byte_reader.ts";
import { clearTimer, setTimer, type Timer } from "../../../../metadata/timer.ts";
import type { Permissions } from "../../../../pils/manifest.ts";
import { ownChildEnvironment, ownChildFlags } from "../own_children.ts";

/** Characters of an agent's words that are kept: the last ones. */
export const outputCharactersMax = 4_096;
/** Milliseconds that the pipes of an ended action are read on: a grandchild may hold them. */
const drainMs = 100;

/** Flags for a grant: nothing that is not in it. */
export function flagsOf(permissions: Permissions): string[] {
  return Object.entries(permissions).sort().flatMap(([name, entries]) =>
    entries.length === 0 ? [] : [`--allow-${name}=${entries.join(",")}`]
  );
}

/** What is common to every child. */
const always = ["run", "--no-prompt", "--cached-only", "--no-remote", "--no-npm", "--quiet"]
  .concat(ownChildFlags);
const path = (url: URL): string => decodeURIComponent(url.pathname);

/** How an action ended. */
export interface Ended {
  readonly code: number;
  readonly timedOut: boolean;
  readonly output: string;
}

/** Actions under way, with the operation of each, so that `end` and `close` can end them. */
const underway = new Map<Deno.ChildProcess, string>();

/** What is run, and with what. */
export interface Task {
  /** The plugin's `run.ts`. */
  readonly program: URL;
  readonly type: string;
  readonly permissions: Permissions;
  readonly parameters: unknown;
  /** The operation of which the action is a part, for `endActions`. */
  readonly operation?: string;
}

/** Loads the modules of an agent, with no permission, to see whether they are all there. */
export const runLoad = (
  { program, type }: Pick<Task, "program" | "type">,
  timeoutMs: number,
): Promise<Ended> => runToEnd([path(program), "load", type], {}, timeoutMs);

/** Runs one action to its end, or to the end of its time. */
export const runAction = (
  action: string,
  { program, type, permissions, parameters, operation = "" }: Task,
  timeoutMs: number,
): Promise<Ended> =>
  runToEnd(
    [...flagsOf(permissions), path(program), "action", type, action],
    parameters,
    timeoutMs,
    operation,
  );

async function runToEnd(
  words: readonly string[],
  parameters: unknown,
  timeoutMs: number,
  operation = "",
): Promise<Ended> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...always, ...words],
    clearEnv: true,
    env: ownChildEnvironment,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  underway.set(child, operation);
  let killing: Promise<void> | undefined;
  const timer = setTimer(() => killing = killGroup(child), timeoutMs);
  const said: string[] = [];
  const readers = [child.stdout, child.stderr].map((stream) => new ByteReader(stream));
  const reading = Promise.all(readers.map((reader) => gather(reader, said)));
  const writing = giveParameters(child, parameters);
  const { code } = await child.status;
  clearTimer(timer);
  const timedOut = killing !== undefined;
  // The killer is a process too, and on a busy machine the later one to end.
  await killing;
  let drain: Timer | undefined;
  await Promise.race([reading, new Promise<void>((resolve) => drain = setTimer(resolve, drainMs))]);
  clearTimer(drain);
  await Promise.all(readers.map((reader) => reader.cancel().catch(() => {})));
  await Promise.all([reading, writing]);
  underway.delete(child);
  return { code, timedOut, output: said.join("").slice(-outputCharactersMax).trim() };
}

/**
 * Starts a service. It is detached: it outlives its parent, and is found again by its
 * marks alone.
 */
export function startService(
  { program, type, permissions, parameters }: Task,
  { resource, node }: { readonly resource: string; readonly node: string },
  marks: Readonly<Record<string, string>>,
): Deno.ChildProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...always,
      ...flagsOf(permissions),
      path(program),
      "service",
      type,
      resource,
      node,
    ],
    clearEnv: true,
    env: { ...marks, ...ownChildEnvironment },
    stdin: "piped",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
  child.unref();
  // Others can see the arguments of a process, and a parameter may be a secret.
  void giveParameters(child, parameters);
  return child;
}

/** Writes the parameters of an action or a service to its standard input. */
async function giveParameters(child: Deno.ChildProcess, parameters: unknown): Promise<void> {
  const writer = child.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(JSON.stringify(parameters)));
    await writer.close();
  } catch {
    // It ended before it read them, and its end says so.
  }
}

/** Ends actions that still run: those of one operation, or all. */
export async function endActions(operation?: string): Promise<void> {
  const meant = [...underway].filter(([, of]) => operation === undefined || of === operation);
  await Promise.all(meant.map(([child]) => killGroup(child)));
}

/** A group cannot be ended by `Deno.kill` without a right to run anything; a shell can. */
async function killGroup(child: Deno.ChildProcess): Promise<void> {
  await new Deno.Command("/bin/sh", {
    args: ["-c", 'kill -s KILL -- "-$1"', "sh", String(child.pid)],
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
}

async function gather(
  reader: ByteReader,
  said: string[],
): Promise<void> {
  const decoder = new TextDecoder();
  let characters = 0;
  try {
    for (;;) {
      const value = await reader.read();
      if (value === undefined) return;
      said.push(decoder.decode(value, { stream: true }));
      characters += value.length;
      while (characters > 4 * outputCharactersMax && said.length > 1) {
        characters -= said.shift()?.length ?? 0;
      }
    }
  } catch {
    // Cancelled: somebody else holds the pipe.
  }
}
