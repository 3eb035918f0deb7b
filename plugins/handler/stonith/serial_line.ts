/**
 * A serial line that one device has for itself. `stty` sets it up when the device is loaded; afterwards
 * the line stays open, so that fencing neither looks up a path nor starts a program.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import { aborted, pauseIn } from "./bounded.ts";
import { unusable } from "./fault.ts";

/** Characters of an answer that are kept: the last ones. */
const keptCharactersMax = 4_096;
/** Reads until a line is silent before it is asked, at most: each takes 100 ms if nothing comes. */
const stalePiecesMax = 32;
/** A read gives up after so many tenths of a second, so that none hangs. */
const readTenths = 1;

/** Which line, and how fast. */
export interface LinePlace {
  readonly device: string;
  readonly baud: number;
}

/** One piece of a conversation. */
export interface Step {
  readonly send: string;
  /** What ends the answer; left out: none is awaited. */
  readonly until?: RegExp;
  /** Milliseconds to wait before the next step. */
  readonly thenMs?: number;
}

/** See the head of the file. */
export class SerialLine {
  readonly #place: LinePlace;
  #file: Deno.FsFile | undefined;
  /** A conversation that did not end in its time: while it hangs there is no other. */
  #hung: Promise<unknown> | undefined;

  private constructor(place: LinePlace) {
    this.#place = place;
  }

  /** Sets the line up and opens it. @throws {Error} if that cannot be done. */
  static async open(place: LinePlace): Promise<SerialLine> {
    const line = new SerialLine(place);
    await line.refresh();
    return line;
  }

  /** Opens the line again, if it was lost: its adapter was unplugged. */
  async refresh(): Promise<void> {
    if (this.#file !== undefined) return;
    const { device, baud } = this.#place;
    const setup = `${baud} raw -echo cs8 -parenb -cstopb clocal -crtscts min 0 time ${readTenths}`;
    const { success, stderr } = await new Deno.Command("/bin/stty", {
      args: ["-F", device, ...setup.split(" ")],
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    if (!success) {
      const why = clip(new TextDecoder().decode(stderr).trim(), 200);
      throw unusable(
        `the line ${device} cannot be set up: ${why}`,
        "name the node of a serial line",
      );
    }
    this.#file = await Deno.open(device, { read: true, write: true });
  }

  /** Carries out the steps one after the other; gives what the last one was answered. */
  async talk(steps: readonly Step[], signal: AbortSignal): Promise<string> {
    if (this.#hung !== undefined) throw new Error("an earlier question to the line hangs");
    const talking = this.#steps(steps, signal);
    this.#hung = talking;
    talking.catch(() => {}).finally(() => this.#hung = undefined);
    return await Promise.race([talking, aborted(signal)]);
  }

  /** Closes it. */
  close(): void {
    const file = this.#file;
    this.#file = undefined;
    void (this.#hung ?? Promise.resolve()).catch(() => {}).then(() => file?.close());
  }

  async #steps(steps: readonly Step[], signal: AbortSignal): Promise<string> {
    const file = this.#file;
    if (file === undefined) throw new Error(`the line ${this.#place.device} is not open`);
    try {
      let said = "";
      for (let stale = 0; stale < stalePiecesMax; stale++) {
        if (await piece(file) === "") break;
      }
      for (const { send, until, thenMs = 0 } of steps) {
        signal.throwIfAborted();
        const bytes = new TextEncoder().encode(send);
        for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
        said = until === undefined ? "" : await answer(file, until, signal);
        if (thenMs > 0) await pauseIn(thenMs, signal);
      }
      return said;
    } catch (error) {
      // An adapter that was unplugged: the next status opens the line again.
      if (!signal.aborted && this.#file === file) {
        this.#file = undefined;
        file.close();
      }
      throw error;
    }
  }
}

/** What has come; nothing, if the line was silent for a moment. */
async function piece(file: Deno.FsFile): Promise<string> {
  const buffer = new Uint8Array(256);
  const count = await file.read(buffer);
  return String.fromCharCode(...buffer.subarray(0, count ?? 0));
}

async function answer(file: Deno.FsFile, until: RegExp, signal: AbortSignal): Promise<string> {
  let said = "";
  while (!until.test(said)) {
    if (signal.aborted) {
      throw new Error(`it does not answer; it said ${JSON.stringify(clip(said.trim(), 80))}`);
    }
    said = (said + await piece(file)).slice(-keptCharactersMax);
  }
  return said;
}
