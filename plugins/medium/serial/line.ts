/**
 * A line at work: `stty` sets it up, one `dd` reads it and one writes it.
 *
 * @module
 */
import { clearTimer, setTimer } from "../../../metadata/timer.ts";

/** What a line is set to. */
export interface LineSettings {
  readonly device: string;
  readonly baud: number;
  readonly rtscts: boolean;
}

/** Milliseconds between two pieces of what is written. */
const pieceMs = 20;

/** Milliseconds that a program may take to end. */
const endMs = 500;

const decoder = new TextDecoder();

/**
 * Eight bits, no parity, nothing translated and nothing echoed; it opens without a carrier.
 *
 * @throws {Error} with what `stty` says.
 */
export async function setUp({ device, baud, rtscts }: LineSettings): Promise<void> {
  const { success, stderr } = await new Deno.Command("/bin/stty", {
    args: ["-F", device, String(baud), "raw", "-echo", "cs8", "-parenb", "-cstopb"]
      .concat("clocal", "cread", rtscts ? "crtscts" : "-crtscts"),
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`Cannot set up "${device}": ${decoder.decode(stderr).trim()}`);
}

/** Both directions of a line. */
export class Line {
  /** Bytes that wait to be written. */
  waiting = 0;
  /** When the line is gone; never rejects. */
  readonly ended: Promise<string>;
  readonly #reader: Deno.ChildProcess;
  readonly #writer: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #queue: Uint8Array[] = [];
  readonly #bytesPerMs: number;
  #pumping = false;
  #closed = false;
  #wake = () => {};

  /** @param take is given what is read, as it comes. */
  constructor({ device, baud }: LineSettings, take: (chunk: Uint8Array) => void) {
    // A byte is ten bits on the line.
    this.#bytesPerMs = baud / 10_000;
    this.#reader = dd([`if=${device}`, "bs=4096"], "null", "piped");
    // Whatever comes, no file is made where a device should be.
    this.#writer = dd([`of=${device}`, "bs=4096", "conv=nocreat,notrunc"], "piped", "null");
    this.#input = this.#writer.stdin.getWriter();
    this.#input.closed.catch(() => {}); // the end of the process reports it
    this.ended = Promise.race([
      this.#read(take),
      this.#writer.status.then(({ code }) => `writing it ended with code ${code}`),
    ]);
  }

  /** Queues a packet, to be written as fast as the line is. */
  write(packet: Uint8Array): void {
    this.#queue.push(packet);
    this.waiting += packet.length;
    if (!this.#pumping) void this.#pump();
  }

  /** Ends it; what waits is dropped. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#input.abort().catch(() => {});
    await Promise.all([ended(this.#reader), ended(this.#writer), this.ended]);
  }

  async #read(take: (chunk: Uint8Array) => void): Promise<string> {
    try {
      for await (const chunk of this.#reader.stdout) if (!this.#closed) take(chunk);
    } catch {
      // Its status says more.
    }
    return `reading it ended with code ${(await this.#reader.status).code}`;
  }

  /**
   * In pieces, with pauses: the line's own buffer stays short, so that what is urgent does not wait
   * behind much that is not, and a receiver without a buffer keeps up.
   */
  async #pump(): Promise<void> {
    this.#pumping = true;
    const pieceBytes = Math.max(1, Math.round(this.#bytesPerMs * pieceMs));
    let due = performance.now();
    for (let packet; (packet = this.#queue.shift()) !== undefined && !this.#closed;) {
      for (let at = 0; at < packet.length && !this.#closed; at += pieceBytes) {
        const piece = packet.subarray(at, at + pieceBytes);
        try {
          await this.#input.write(piece);
        } catch {
          break;
        }
        this.waiting -= piece.length;
        due += piece.length / this.#bytesPerMs;
        await this.#until(due);
      }
    }
    this.#pumping = false;
  }

  async #until(due: number): Promise<void> {
    const inMs = due - performance.now();
    if (inMs <= 0 || this.#closed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimer(resolve, inMs);
    this.#wake = resolve;
    await promise;
    clearTimer(timer);
  }
}

const dd = (
  words: readonly string[],
  stdin: "null" | "piped",
  stdout: "null" | "piped",
): Deno.ChildProcess =>
  new Deno.Command("/bin/dd", { args: [...words], clearEnv: true, stdin, stdout, stderr: "null" })
    .spawn();

/** Ends a program, at last by force. */
async function ended(child: Deno.ChildProcess): Promise<void> {
  const kill = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch { /* gone */ }
  };
  kill("SIGTERM");
  const timer = setTimer(() => kill("SIGKILL"), endMs);
  await child.status;
  clearTimer(timer);
}
