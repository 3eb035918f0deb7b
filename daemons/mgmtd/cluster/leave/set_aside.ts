/**
 * What a node that has left keeps: its files get other names, so that it does not start again and a new
 * node can be made. The configuration goes first, the journal last; each step may be done again.
 *
 * @module
 */
import { DiagnosticError, problem } from "../../../../metadata/diagnostic.ts";
import { messageOf } from "../../../../metadata/message_of.ts";
import { isThere } from "../../is_there.ts";
import type { Places } from "../places.ts";
import { journalFile } from "./journal.ts";

/** Names under which files of former nodes may be kept. */
export const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** What is kept, in this order. */
const keptOf = ({ config, state, authkeys, cib }: Places): readonly string[] => [
  config,
  state,
  authkeys,
  cib,
];

/** The name under which it is kept. */
const asideOf = (path: string, number: number): string => `${path}.left-${number}`;

/** All paths that are touched. */
export const asidePaths = (places: Places): readonly string[] =>
  keptOf(places).flatMap((path) => [path, ...numbers.map((number) => asideOf(path, number))]);

/** A number under which nothing is kept yet. @throws {DiagnosticError} if there is none. */
export async function freeNumber(places: Places): Promise<number> {
  for (const number of numbers) {
    const there = await Promise.all(keptOf(places).map((path) => isThere(asideOf(path, number))));
    if (!there.includes(true)) return number;
  }
  throw unmoved(
    asideOf(places.config, 1),
    `files of ${numbers.length} former nodes are kept`,
    "remove some of them",
  );
}

/**
 * Moves everything aside.
 *
 * @returns the paths under which it is kept
 * @throws {DiagnosticError} if something cannot be moved
 */
export async function setAside(
  places: Places,
  { number, purge }: { readonly number: number; readonly purge: boolean },
  sync: (paths: readonly string[]) => Promise<void>,
): Promise<readonly string[]> {
  for (const path of keptOf(places)) {
    if (await isDone(path)) continue;
    await moved(path, asideOf(path, number));
    // No later step is on disk before this one: a node without its state would be another one.
    await sync([path]);
  }
  const kept = keptOf(places).map((path) => asideOf(path, number));
  if (purge) {
    for (const path of kept) await gone(path);
  }
  const left = await Promise.all(kept.map(isThere));
  await gone(journalFile(places));
  await sync([journalFile(places)]);
  return kept.filter((_, at) => left[at]);
}

/** Nothing is there, or only an empty folder, such as one that something else is mounted on. */
async function isDone(path: string): Promise<boolean> {
  if (!await isThere(path)) return true;
  if (!(await Deno.lstat(path)).isDirectory) return false;
  for await (const { name } of Deno.readDir(path)) {
    if (name !== "lost+found") return false;
  }
  return true;
}

async function moved(path: string, to: string): Promise<void> {
  if (await isThere(to)) {
    throw unmoved(path, `"${to}" is there already`, "move one of the two away, and run it again");
  }
  try {
    await Deno.rename(path, to);
  } catch (error) {
    throw unmoved(
      path,
      messageOf(error),
      "move away what it holds, and run ha cluster leave again",
    );
  }
}

async function gone(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw unmoved(path, messageOf(error), "remove it, and run ha cluster leave again");
  }
}

const unmoved = (path: string, why: string, fix: string): DiagnosticError =>
  new DiagnosticError("The node has left, and its files are not all aside", [
    problem([path], "it stays where it is", why, fix, "HA0047"),
  ]);
