/**
 * Where a machine's `save` goes: one file per key, in a folder per service, durable.
 *
 * A value is written beside the old one, synced, renamed over it, and the folder synced: after a
 * crash either the old or the new value is there, whole.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { StateError } from "./state_error.ts";

/** Bytes of one value at most: no machine saves a quarter of it. A larger file is damaged, not state. */
export const valueBytesMax = 256 * 1024 * 1024;

const failure = (what: string, error: unknown): string =>
  withCode(
    "HA9002",
    `${what}: ${messageOf(error)}. Fix: make room there, and see that it may be written`,
  );
const keyPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** What a machine saved, by key, and a way to save more. */
export interface Store {
  /** What was there when the store was opened. */
  readonly saved: ReadonlyMap<string, Uint8Array>;
  /**
   * Returns when the value is on disk; `undefined` removes it.
   *
   * @throws {StateError} with what could not be saved where, and why.
   */
  save(key: string, value: Uint8Array | undefined): Promise<void>;
}

/**
 * Opens the folder of one service, making it if need be (mode 0700).
 *
 * @param folder absolute path; needs read and write permission for it.
 * @throws {StateError} if it cannot be made or read.
 * @throws {DiagnosticError} if it, or a value in it, is a link or something else that a person has made.
 */
export async function openStore(folder: string): Promise<Store> {
  let saved: ReadonlyMap<string, Uint8Array>;
  try {
    saved = await readSaved(folder);
  } catch (error) {
    if (error instanceof StateError || error instanceof DiagnosticError) throw error;
    throw new StateError(failure(`Cannot open "${folder}"`, error), { cause: error });
  }
  return {
    saved,
    async save(key, value) {
      if (!keyPattern.test(key)) throw new TypeError(`"${key}" cannot be the name of a file`);
      if (value !== undefined && value.length > valueBytesMax) {
        throw new RangeError(
          `"${key}": ${value.length} bytes; a value has at most ${valueBytesMax}`,
        );
      }
      try {
        await write(folder, key, value);
      } catch (error) {
        const why = failure(`Cannot save "${key}" in "${folder}"`, error);
        throw new StateError(why, { cause: error });
      }
    },
  };
}

async function readSaved(folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  for (const path of [folder, folder.slice(0, folder.lastIndexOf("/"))]) await refuseLink(path);
  const saved = new Map<string, Uint8Array>();
  const names: string[] = [];
  for await (const { name, isFile, isDirectory } of Deno.readDir(folder)) {
    if (isFile || name.endsWith(".new")) names.push(name);
    // To pass over it would be to start without what was saved.
    else if (!isDirectory && keyPattern.test(name)) throw noState(`${folder}/${name}`, "file");
  }
  for (const name of names.sort()) {
    // What a crash left half written was never promised to anybody.
    if (name.endsWith(".new")) await Deno.remove(`${folder}/${name}`);
    else if (keyPattern.test(name)) saved.set(name, await read(`${folder}/${name}`));
  }
  return saved;
}

/**
 * A link is refused: it leads to what nobody has looked at. The folder above belongs to the process;
 * where the process may not look at it, it is passed over.
 */
async function refuseLink(folder: string): Promise<void> {
  const info = await Deno.lstat(folder).catch((error): undefined => {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
  });
  if (info !== undefined && !info.isDirectory) throw noState(folder, "folder");
}

const noState = (path: string, what: string): DiagnosticError =>
  new DiagnosticError("Cannot use the state of this node", [
    problem(
      [path],
      `it is no plain ${what}`,
      "the state is in files of its own folder; a link leads to what others may change",
      `move what it leads to in its place; for another disk, change "state" in the node configuration`,
      "HA1008",
    ),
  ]);

/** A file system that was repaired may leave a file of any size: read whole, it would take all memory. */
async function read(path: string): Promise<Uint8Array> {
  const { size } = await Deno.stat(path);
  if (size <= valueBytesMax) return await Deno.readFile(path);
  throw new StateError(
    withCode(
      "HA9002",
      `Cannot read "${path}": ${size} bytes; no value has more than ${valueBytesMax}. ` +
        "Fix: the file is damaged: move it elsewhere, and keep it until this node is a member again",
    ),
  );
}

async function write(folder: string, key: string, value: Uint8Array | undefined): Promise<void> {
  const path = `${folder}/${key}`;
  if (value === undefined) {
    await Deno.remove(path).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  } else {
    using file = await Deno.open(`${path}.new`, {
      write: true,
      create: true,
      truncate: true,
      mode: 0o600,
    });
    let at = 0;
    while (at < value.length) at += await file.write(value.subarray(at));
    await file.syncData();
    await Deno.rename(`${path}.new`, path);
  }
  using directory = await Deno.open(folder);
  await directory.sync();
}
