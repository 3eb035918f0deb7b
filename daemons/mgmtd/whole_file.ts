/**
 * Files that a command writes: whole or not at all, and by one command at a time.
 *
 * The text is written beside the file, synced, and renamed into its place, so a full disk or a kill
 * leaves what was there. The file beside it is locked meanwhile (`flock`, which ends with the process):
 * who reads a file, changes it and writes it holds the lock from before the reading. It is always a new
 * one: in a folder such as /tmp another user may have put a file of that name, and would own the text.
 *
 * @module
 */
import { DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { setTimer } from "../../metadata/timer.ts";
import { exit } from "./exit.ts";

export { writeNew } from "../site/write_new.ts";

/** Milliseconds that a command waits for another one that writes the same file. */
const waitMsMax = 10_000;
/** Milliseconds between two looks. */
const lookMs = 50;

/** A file that nobody else writes meanwhile. */
export interface Held extends AsyncDisposable {
  /** Puts a text, or bytes, in its place. */
  write(content: string | Uint8Array): Promise<void>;
}

/** What it takes to write these files; absolute paths. */
export const wholeGrant = (...paths: readonly string[]): string[] =>
  paths.flatMap((path) => [path, beside(path)]);

/** Where the text is written before it is renamed. */
const beside = (path: string): string => `${path}.new`;

/** Another command writes the file and does not end. */
export class HeldElsewhere extends DiagnosticError {
  /** The exit code for it. */
  readonly exit = exit.tryAgain;
}

/**
 * Holds a file.
 *
 * @param mode of a file that is new; one that is there and belongs to this user keeps its own.
 * @throws {HeldElsewhere} if another command holds it for too long
 * @throws {DiagnosticError} if it cannot be written, or is no plain file
 */
export async function hold(path: string, mode = 0o644, waitMs = waitMsMax): Promise<Held> {
  const action = `Cannot write "${path}"`;
  try {
    const before = await plainAt(path);
    const wanted = (before?.mode ?? mode) & 0o777;
    const file = await locked(beside(path), path, wanted, waitMs);
    const own = await file.stat();
    // Who owned what was there does not choose who may read what is written now.
    const isOwn = before === undefined || before.uid === own.uid;
    const finalMode = isOwn ? wanted : wanted & mode;
    let isWritten = false;
    return {
      async write(content) {
        await said(action, path, async () => {
          await allow(beside(path), file, finalMode);
          await file.truncate();
          const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
          for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
          await file.sync(); // else a loss of power could leave the name without the text
          await Deno.rename(beside(path), path);
          isWritten = true;
        });
      },
      async [Symbol.asyncDispose]() {
        // Removed before it is unlocked: else it might be another command's by then.
        if (!isWritten) await Deno.remove(beside(path)).catch(() => {});
        file.close();
      },
    };
  } catch (error) {
    throw error instanceof DiagnosticError ? error : unwritable(action, path, error);
  }
}

/** Writes a file. */
export async function writeWhole(path: string, text: string, mode?: number): Promise<void> {
  await using held = await hold(path, mode);
  await held.write(text);
}

/** What stands there; undefined if nothing. A link would lead the text elsewhere. */
async function plainAt(path: string): Promise<Deno.FileInfo | undefined> {
  const info = await Deno.lstat(path).catch((error): undefined => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  if (info === undefined || info.isFile) return info;
  throw new TypeError(
    info.isSymlink
      ? "it is a symbolic link; what it leads to must be named itself"
      : `it is ${info.isDirectory ? "a folder" : "no plain file"}`,
  );
}

async function locked(
  path: string,
  target: string,
  mode: number,
  waitMs: number,
): Promise<Deno.FsFile> {
  const endAt = performance.now() + waitMs;
  while (true) {
    const made = await created(path, mode);
    const file = made ?? await leftover(path);
    if (file !== undefined) {
      try {
        // Another command may have renamed or removed it since it was opened.
        if (await file.tryLock(true) && await isAt(path, file)) {
          if (made !== undefined) return made;
          await Deno.remove(path);
          file.close();
          continue;
        }
      } catch (error) {
        file.close();
        throw error;
      }
      file.close();
    }
    if (performance.now() > endAt) {
      throw new HeldElsewhere(`Cannot write "${target}"`, [
        problem(
          [target],
          "another command holds it",
          `it did not end within ${waitMs / 1000} s; it may wait for an answer on a terminal`,
          "let the other command end, and run this one again",
          "HA2018",
        ),
      ]);
    }
    await new Promise<void>((done) => setTimer(done, lookMs));
  }
}

/** A new file; undefined if something stands there. */
async function created(path: string, mode: number): Promise<Deno.FsFile | undefined> {
  try {
    return await Deno.open(path, { write: true, createNew: true, mode });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    return undefined;
  }
}

/** What another command, or another user, has left there; undefined: look again. */
async function leftover(path: string): Promise<Deno.FsFile | undefined> {
  try {
    const { isFile } = await Deno.lstat(path);
    // A link, or such, that somebody has put there.
    if (isFile) return await Deno.open(path, { write: true });
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return undefined;
}

/** Whether the file that was opened is the one that stands there. */
async function isAt(path: string, file: Deno.FsFile): Promise<boolean> {
  const [there, own] = await Promise.all([
    Deno.lstat(path).catch(() => undefined),
    file.stat(),
  ]);
  return there?.isFile === true && there.ino === own.ino && there.dev === own.dev;
}

/** Gives a file its mode, where the umask or what was there before has made it another. */
async function allow(path: string, file: Deno.FsFile, mode: number): Promise<void> {
  const { mode: now } = await file.stat();
  if (((now ?? mode) & 0o777) === mode) return;
  if (!await isAt(path, file)) throw new TypeError("another file was put in its place");
  await Deno.chmod(path, mode);
}

async function said(action: string, path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw unwritable(action, path, error);
  }
}

function unwritable(action: string, path: string, error: unknown): DiagnosticError {
  const isAbsent = error instanceof Deno.errors.NotFound;
  const folder = path.slice(0, path.lastIndexOf("/"));
  return new DiagnosticError(action, [
    problem(
      [path],
      "it was not written, and what was there is unchanged",
      isAbsent ? "there is no such folder" : messageOf(error),
      isAbsent
        ? `mkdir -p ${folder}`
        : "name a file itself, in a folder that may be written and has room",
      "HA0013",
    ),
  ]);
}
