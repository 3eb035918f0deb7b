/**
 * A conversation with a switch over telnet (RFC 854): every option is refused, and what comes is
 * searched for what is expected.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import { clearTimer, setTimer } from "../../../metadata/timer.ts";

const [iac, dont, doIt, wont, will, subBegin, subEnd] = [255, 254, 253, 252, 251, 250, 240];

/** Milliseconds of a goodbye. */
const leaveMs = 300;
/** Characters that are kept while something is expected: a status screen. */
const textCharactersMax = 65_536;

/** See the head of the file. */
export class Telnet {
  readonly #conn: Deno.Conn;
  readonly #signal: AbortSignal;
  readonly #decoder = new TextDecoder();
  #text = "";
  /** The beginning of a command whose rest has not come. */
  #rest: number[] = [];

  private constructor(conn: Deno.Conn, signal: AbortSignal) {
    this.#conn = conn;
    this.#signal = signal;
  }

  #close(): void {
    try {
      this.#conn.close();
    } catch { /* it is closed */ }
  }

  /** Connects, works, and closes; also when the signal aborts. */
  static async with<T>(
    place: { readonly address: string; readonly port: number },
    signal: AbortSignal,
    work: (telnet: Telnet) => Promise<T>,
  ): Promise<T> {
    const conn = await Deno.connect({ hostname: place.address, port: place.port, signal });
    const telnet = new Telnet(conn, signal);
    const close = () => telnet.#close();
    signal.addEventListener("abort", close, { once: true });
    try {
      return await work(telnet);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", close);
      close();
    }
  }

  /** Sends a line. */
  async send(line: string): Promise<void> {
    await this.#write(new TextEncoder().encode(`${line}\r\n`));
  }

  /**
   * Waits for the first of some expressions, and gives its number and what came before and with it.
   *
   * @throws {Error} if the line ends first.
   */
  async expect(
    ...wanted: readonly RegExp[]
  ): Promise<{ readonly at: number; readonly text: string }> {
    for (;;) {
      for (const [at, one] of wanted.entries()) {
        const found = one.exec(this.#text);
        if (found === null) continue;
        const end = found.index + found[0].length;
        const text = this.#text.slice(0, end);
        this.#text = this.#text.slice(end);
        return { at, text };
      }
      await this.#read();
    }
  }

  /** Says goodbye, and waits a moment for the end of the line: it may serve no second one before. */
  async leave(line: string): Promise<void> {
    const timer = setTimer(() => this.#close(), leaveMs);
    try {
      await this.send(line);
      for (;;) await this.#read();
    } catch {
      // It has closed the line, or the moment is over. The answer is known.
    } finally {
      clearTimer(timer);
    }
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(4_096);
    const count = await this.#conn.read(buffer);
    this.#signal.throwIfAborted();
    if (count === null) {
      throw new Error(`it closed the line after ${JSON.stringify(clip(this.#text.trim(), 100))}`);
    }
    const plain = await this.#withoutCommands([...this.#rest, ...buffer.subarray(0, count)]);
    this.#text += this.#decoder.decode(plain, { stream: true });
    if (this.#text.length > textCharactersMax) {
      throw new Error(`it sends more than ${textCharactersMax} characters without a prompt`);
    }
  }

  /** Refuses every option that is asked for or offered. */
  async #withoutCommands(bytes: readonly number[]): Promise<Uint8Array> {
    const plain: number[] = [];
    const refusals: number[] = [];
    let at = 0;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte !== iac) {
        if (byte !== 0) plain.push(byte);
        continue;
      }
      const length = commandLength(bytes, at);
      if (length === undefined) break;
      const [, command = 0, option = 0] = bytes.slice(at, at + length);
      if (command === doIt) refusals.push(iac, wont, option);
      if (command === will) refusals.push(iac, dont, option);
      at += length - 1;
    }
    this.#rest = bytes.slice(at, at + 256);
    if (refusals.length > 0) await this.#write(Uint8Array.from(refusals));
    return Uint8Array.from(plain);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }
}

/** Bytes of the command that begins here; undefined if its end has not come. */
function commandLength(bytes: readonly number[], at: number): number | undefined {
  const command = bytes[at + 1];
  if (command === undefined) return undefined;
  if (command === subBegin) {
    for (let end = at + 2; end + 1 < bytes.length; end++) {
      if (bytes[end] === iac && bytes[end + 1] === subEnd) return end + 2 - at;
    }
    return undefined;
  }
  const length = command >= will && command <= dont ? 3 : 2;
  return at + length <= bytes.length ? length : undefined;
}
