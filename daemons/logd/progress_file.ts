/**
 * How far a file has been written, and for which clients: what makes every line be there once, even if
 * `logd` is killed in the middle of a write.
 *
 * Before a batch is appended, its place in the file and the progress that it means are written here. A
 * later life compares: a complete batch counts, and a part of one is cut off, since its clients send it
 * again. Two slots are written in turns, each with a checksum, so that a
 * half-written one is no loss. It is for the death of a process; nothing is synced for that of a machine.
 *
 * @module
 */
import { count, list, object, type Reader, Refusal, text } from "../runtime/reader.ts";
import { knownMax } from "./limits.ts";
import type { Progress } from "./types.ts";

/** Bytes of a slot: room for `knownMax` clients twice, and for a path. */
const slotBytes = 32 * 1024;
const headBytes = 8;

/** What is written. */
export interface Note {
  /** Rises with each. */
  readonly number: number;
  readonly path: string;
  /** Where the batch begins, and its bytes; the file's number in its file system. */
  readonly from: number;
  readonly bytes: number;
  readonly ino: number;
  /** Before the batch, and after it. */
  readonly before: Progress;
  readonly after: Progress;
}

const notOne = new Refusal("the id of a client and a number");
const one: Reader<Progress[number]> = (value) => {
  if (!Array.isArray(value) || value.length !== 2) return notOne;
  const [id, upTo]: unknown[] = value;
  return typeof id === "string" && Number.isSafeInteger(upTo) ? [id, Number(upTo)] : notOne;
};
const progress = list(one, knownMax);

const readNote: Reader<Note> = object({
  number: count,
  path: text(4_096),
  from: count,
  bytes: count,
  ino: count,
  before: progress,
  after: progress,
});

/** See the head of the file. */
export class ProgressFile {
  readonly #file: Deno.FsFile;
  readonly #path: string;
  #number = 0;

  private constructor(file: Deno.FsFile, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** Opens it. @param path of the file that is written about */
  static async open(at: string, path: string): Promise<{
    readonly file: ProgressFile;
    readonly note: Note | undefined;
  }> {
    const opened = await Deno.open(at, { read: true, write: true, create: true, mode: 0o600 });
    const file = new ProgressFile(opened, path);
    const notes = [await file.#read(0), await file.#read(1)].filter((one) => one !== undefined);
    const [note] = notes.sort((a, b) => b.number - a.number);
    file.#number = note?.number ?? 0;
    return { file, note: note?.path === path ? note : undefined };
  }

  /** Writes a note. */
  async write(note: Omit<Note, "number" | "path">): Promise<void> {
    const number = ++this.#number;
    const json = new TextEncoder().encode(JSON.stringify({ ...note, number, path: this.#path }));
    if (json.length > slotBytes - headBytes) {
      throw new RangeError(`a note has ${json.length} bytes`);
    }
    const slot = new Uint8Array(headBytes + json.length);
    const view = new DataView(slot.buffer);
    view.setUint32(0, json.length, true);
    view.setUint32(4, checksum(json), true);
    slot.set(json, headBytes);
    await this.#file.seek((number % 2) * slotBytes, Deno.SeekMode.Start);
    for (let at = 0; at < slot.length;) at += await this.#file.write(slot.subarray(at));
  }

  close(): void {
    this.#file.close();
  }

  async #read(slot: number): Promise<Note | undefined> {
    await this.#file.seek(slot * slotBytes, Deno.SeekMode.Start);
    const bytes = new Uint8Array(slotBytes);
    let have = 0;
    while (have < slotBytes) {
      const count = await this.#file.read(bytes.subarray(have));
      if (count === null) break;
      have += count;
    }
    const view = new DataView(bytes.buffer);
    const [length, sum] = [view.getUint32(0, true), view.getUint32(4, true)];
    if (length === 0 || length > have - headBytes) return undefined;
    const json = bytes.subarray(headBytes, headBytes + length);
    if (checksum(json) !== sum) return undefined;
    const note = readNote(JSON.parse(new TextDecoder().decode(json)));
    return note instanceof Refusal ? undefined : note;
  }
}

/** FNV-1a: finds a half-written slot, and needs to resist nobody. */
function checksum(bytes: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return sum;
}
