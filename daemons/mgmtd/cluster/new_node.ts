/**
 * The files of a new node: all of them, or none.
 *
 * There is a node where there is a node configuration, so that file gets its name last. Until then it
 * is beside its place, as `node.json.new`: this says that the other files are of an attempt that did not
 * end, whose remains the next attempt replaces. The file is locked while an attempt runs.
 *
 *     write node.json.new; write authkeys, cib.xml; sync; rename node.json.new to node.json; sync
 *
 * A loss of power at any point leaves no node, or a whole one.
 *
 * @module
 */
import { dirname } from "node:path";
import { type Diagnostic, DiagnosticError, problem } from "../../../metadata/diagnostic.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import type { Grant } from "../../site/flags.ts";
import { isThere } from "../is_there.ts";
import { readDaemons } from "../status/daemons_file.ts";
import type { Places } from "./places.ts";

/** What a new node gets. */
export interface NewNode {
  readonly config: string;
  readonly authkeys: string;
  /** Only of the first node of a cluster: the others get the CIB from it. */
  readonly cib?: string;
}

/** One thing that is done to the disk. */
export type Step =
  | { readonly do: "write"; readonly path: string; readonly text: string }
  | { readonly do: "rename"; readonly from: string; readonly to: string }
  /** The names in a folder are on disk. */
  | { readonly do: "sync"; readonly folder: string };

/** The configuration while there is no node yet. */
export const markerOf = ({ config }: Pick<Places, "config">): string => `${config}.new`;

const beside = (path: string): string => `${path}.new`;

/** What it takes to write them. */
export function newNodeGrant(places: Places): Required<Pick<Grant, "read" | "write">> {
  const { config, authkeys, cib, state, run } = places;
  const folder = dirname(config);
  const files = [config, authkeys, cib].flatMap((path) => [path, beside(path)]);
  return {
    read: [...files, folder, state, `${run}/daemons.json`],
    write: [...files, folder],
  };
}

/** What a machine has of a node already: a new one would destroy it. */
export async function presentAt(places: Places, nowMs: number): Promise<readonly Diagnostic[]> {
  const { config, authkeys, cib, state, run } = places;
  const found: Diagnostic[] = [];
  const say = (path: string, what: string, fix: string) =>
    found.push(problem([path], what, "a new node would replace it", fix, "HA0040"));
  if (await isThere(config)) {
    found.push(hasNode(places));
  } else if (!(await isThere(markerOf(places)))) {
    for (const path of [authkeys, cib]) {
      if (await isThere(path)) say(path, "it is there already", "move it away");
    }
  }
  const kept = await firstIn(state);
  if (kept !== undefined) {
    say(state, `it holds the state of a node: ${kept}`, "move it away, or name another --state");
  }
  const daemons = await readDaemons(run, nowMs);
  if (daemons?.writer !== undefined && daemons.silent === undefined) {
    say(run, `a node runs here: process ${daemons.writer.pid}`, "stop it first: ha cluster stop");
  }
  return found;
}

const hasNode = ({ config }: Places): Diagnostic =>
  problem(
    [config],
    "this machine is a node already",
    "a new node would replace it",
    "name another --config, or stop this node and move its files away",
    "HA0040",
  );

/** An attempt that has written everything, and made no node yet. */
export interface Attempt extends AsyncDisposable {
  /** Makes the node. */
  commit(): Promise<void>;
}

/**
 * Writes everything. What is not committed is removed again.
 *
 * @throws {DiagnosticError} if there is something of a node, or it cannot be written
 */
export async function attempt(places: Places, node: NewNode): Promise<Attempt> {
  const action = "Cannot make a node";
  try {
    const present = await presentAt(places, Date.now());
    if (present.length > 0) throw new DiagnosticError(action, present);
    await Deno.mkdir(dirname(places.config), { recursive: true, mode: 0o755 });
    const lock = await lockMarker(places);
    let isMade = false;
    try {
      // Another attempt may have ended since.
      if (await isThere(places.config)) throw new DiagnosticError(action, [hasNode(places)]);
    } catch (error) {
      await removed(markerOf(places));
      lock.close();
      throw error;
    }
    try {
      for (const step of stagingSteps(places, node)) await carryOut(step, lock);
    } catch (error) {
      await undo(places);
      lock.close();
      throw error;
    }
    return {
      async commit() {
        try {
          for (const step of committingSteps(places)) await carryOut(step, lock);
          isMade = true;
        } catch (error) {
          throw unwritten(action, places, error);
        }
      },
      async [Symbol.asyncDispose]() {
        if (!isMade) await undo(places);
        lock.close();
      },
    };
  } catch (error) {
    throw error instanceof DiagnosticError ? error : unwritten(action, places, error);
  }
}

/** Everything but the last name. */
export function stagingSteps(places: Places, node: NewNode): readonly Step[] {
  const folder = dirname(places.config);
  const file = (path: string, text: string): Step[] => [
    { do: "write", path: beside(path), text },
    { do: "rename", from: beside(path), to: path },
  ];
  return [
    { do: "write", path: markerOf(places), text: node.config },
    { do: "sync", folder },
    ...file(places.authkeys, node.authkeys),
    ...(node.cib === undefined ? [] : file(places.cib, node.cib)),
    { do: "sync", folder },
  ];
}

/** From here on there is a node. */
export const committingSteps = (places: Places): readonly Step[] => [
  { do: "rename", from: markerOf(places), to: places.config },
  { do: "sync", folder: dirname(places.config) },
];

/** Does one thing. @param marker the open file of the marker, which is locked. */
export async function carryOut(step: Step, marker: Deno.FsFile): Promise<void> {
  switch (step.do) {
    case "write": {
      if (await isAt(step.path, marker)) {
        await marker.truncate();
        await marker.seek(0, Deno.SeekMode.Start);
        return await fill(marker, step.text);
      }
      await removed(step.path);
      using file = await Deno.open(step.path, { write: true, createNew: true, mode: 0o600 });
      return await fill(file, step.text);
    }
    case "rename":
      return await Deno.rename(step.from, step.to);
    case "sync": {
      using folder = await Deno.open(step.folder);
      await folder.sync();
    }
  }
}

/** Writes a text to the disk. The umask can only have taken rights away, which nobody else has. */
async function fill(file: Deno.FsFile, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  await file.sync();
}

/** The marker, held by this process alone. */
async function lockMarker(places: Places): Promise<Deno.FsFile> {
  const path = markerOf(places);
  const there = await Deno.lstat(path).catch((): undefined => undefined);
  if (there !== undefined && !there.isFile) await Deno.remove(path); // a link would lead elsewhere
  const file = await Deno.open(path, { write: true, create: true, mode: 0o600 });
  if (await file.tryLock(true) && await isAt(path, file)) {
    await Deno.chmod(path, 0o600);
    return file;
  }
  file.close();
  throw new DiagnosticError("Cannot make a node", [
    problem(
      [path],
      "another command makes a node here",
      "two would overwrite each other's files",
      "let it end, and try again",
      "HA2018",
    ),
  ]);
}

/** Removes what an attempt wrote. The marker stays where something else does: the next try replaces it. */
async function undo(places: Places): Promise<void> {
  const { authkeys, cib } = places;
  const paths = [authkeys, cib].flatMap((path) => [beside(path), path]);
  const ends = await Promise.allSettled(paths.map(removed));
  if (ends.every(({ status }) => status === "fulfilled")) await removed(markerOf(places));
}

async function removed(path: string): Promise<void> {
  await Deno.remove(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

async function isAt(path: string, file: Deno.FsFile): Promise<boolean> {
  const [there, own] = await Promise.all([
    Deno.lstat(path).catch((): undefined => undefined),
    file.stat(),
  ]);
  return there?.isFile === true && there.ino === own.ino && there.dev === own.dev;
}

/** Something that a folder holds. */
async function firstIn(folder: string): Promise<string | undefined> {
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (name !== "lost+found") return name;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return undefined;
}

function unwritten(action: string, { config }: Places, error: unknown): DiagnosticError {
  return new DiagnosticError(action, [
    problem(
      [dirname(config)],
      "nothing was made",
      messageOf(error),
      "run it as root, on a disk that has room, or name a file that may be written with --config",
      "HA0013",
    ),
  ]);
}
