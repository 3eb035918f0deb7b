/**
 * A file that lines are appended to: opened, written, put aside, opened again.
 *
 * @module
 */
import { messageOf } from "../../metadata/message_of.ts";
import { ProgressFile } from "./progress_file.ts";
import type { Batch, Opened, Progress } from "./types.ts";

/** What a file is made of. */
export interface FileOptions {
  readonly path: string;
  readonly mode: number;
  /** Older files that are kept. */
  readonly keep: number;
  /** Where the progress of clients is kept. */
  readonly progress: string;
  readonly log: (text: string) => void;
}

/** The batch that is being written, and how much of it is in the file. */
interface UnderWay {
  readonly number: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  noted: boolean;
  at: number;
}

/** See the head of the file. */
export class FileOutput {
  readonly #options: FileOptions;
  #file: Deno.FsFile | undefined;
  #progressFile: ProgressFile | undefined;
  #known: Progress = [];
  #size = 0;
  #ino = 0;
  #underWay: UnderWay | undefined;
  #busy = false;

  constructor(options: FileOptions) {
    this.#options = options;
  }

  /** Opens it, and cuts off what an earlier life has half written. */
  async open(): Promise<Opened> {
    await this.#openFile();
    const { progress, path, log } = this.#options;
    try {
      const { file, note } = await ProgressFile.open(progress, path);
      this.#progressFile?.close();
      this.#progressFile = file;
      if (note !== undefined) this.#known = await this.#compared(note);
    } catch (error) {
      log(`cannot keep how far "${path}" is written: ${messageOf(error)}; lines may come twice`);
    }
    return {
      size: this.#size,
      ...(this.#progressFile === undefined ? {} : { progress: this.#known }),
    };
  }

  /** Appends a batch; one that failed goes on where it stopped. @returns bytes of the file */
  async write({ number, lines, progress }: Batch): Promise<number> {
    if (this.#busy) throw new Error("the last write has not ended");
    this.#busy = true;
    try {
      if (this.#file === undefined) await this.#openFile();
      if (this.#underWay?.number !== number) {
        const bytes = new TextEncoder().encode(lines.join(""));
        this.#underWay = { number, bytes, noted: false, at: 0 };
      }
      const batch = this.#underWay;
      if (!batch.noted) await this.#note(batch.bytes.length, progress);
      batch.noted = true;
      while (batch.at < batch.bytes.length) {
        const count = await this.#file!.write(batch.bytes.subarray(batch.at));
        batch.at += count;
        this.#size += count;
      }
      this.#known = progress;
      this.#underWay = undefined;
      return this.#size;
    } finally {
      this.#busy = false;
    }
  }

  /** Opens it again. @param aside the old file is put aside first */
  async rotate(aside: boolean): Promise<Opened> {
    if (this.#busy) throw new Error("the last write has not ended");
    this.#busy = true;
    try {
      if (aside) await this.#putAside();
      await this.#openFile();
      // What was noted of the old file is done.
      await this.#note(0, this.#known);
      return { size: this.#size };
    } finally {
      this.#busy = false;
    }
  }

  close(): void {
    this.#file?.close();
    this.#progressFile?.close();
    [this.#file, this.#progressFile] = [undefined, undefined];
  }

  async #openFile(): Promise<void> {
    const { path, mode } = this.#options;
    const file = await Deno.open(path, { append: true, create: true, mode });
    const { isFile, size, ino, mode: has } = await file.stat();
    if (!isFile) {
      file.close();
      throw new Error("it is no plain file");
    }
    this.#file?.close();
    [this.#file, this.#size, this.#ino] = [file, size, ino ?? 0];
    // The umask of the daemons leaves others nothing, whatever the mode is.
    if (has !== null && (has & 0o777) !== mode) await Deno.chmod(path, mode);
  }

  async #putAside(): Promise<void> {
    const { path, keep } = this.#options;
    if (keep === 0) await Deno.truncate(path, 0);
    for (let at = keep; at > 0; at--) {
      const from = at === 1 ? path : `${path}.${at - 1}`;
      await Deno.rename(from, `${path}.${at}`).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
    }
  }

  async #note(bytes: number, after: Progress): Promise<void> {
    await this.#progressFile?.write({
      from: this.#size,
      bytes,
      ino: this.#ino,
      before: this.#known,
      after,
    });
  }

  /** How far an earlier life has come: its last batch counts if it is there as a whole. */
  async #compared(
    { from, bytes, ino, before, after }: {
      readonly from: number;
      readonly bytes: number;
      readonly ino: number;
      readonly before: Progress;
      readonly after: Progress;
    },
  ): Promise<Progress> {
    // Somebody has put the file aside: that is not done in the middle of a write.
    if (ino !== this.#ino || this.#size >= from + bytes) return after;
    if (this.#size > from) {
      await Deno.truncate(this.#options.path, from);
      this.#size = from;
    }
    return before;
  }
}
