/**
 * Syslog: each line is a datagram, to the socket of this machine or to an address.
 *
 * @module
 */
import { messageOf } from "../../metadata/message_of.ts";
import { clearTimer, setTimer } from "../../metadata/timer.ts";
import type { Batch, Opened } from "./types.ts";

/** Milliseconds that syslog may take for one line, before others hear of it. */
const lineMsMax = 2_000;
/** Times that a line is late after which it is sent from another socket. */
const lateMax = 5;
const isLate = Symbol("late");

/** Where syslog is. */
export type SyslogTarget =
  | { readonly transport: "unixpacket"; readonly path: string }
  | { readonly transport: "udp"; readonly hostname: string; readonly port: number };

/** See the head of the file. */
export class SyslogOutput {
  readonly #target: SyslogTarget;
  /** Where its own socket is, if it needs a path. */
  readonly #own: string;
  #socket: Deno.DatagramConn | undefined;
  #number = 0;
  #at = 0;
  #busy = false;
  /** The line under way; gives why it could not be sent. */
  #pending: Promise<string | undefined> | undefined;
  #lateCount = 0;
  readonly #lineMs: number;

  constructor(target: SyslogTarget, own: string, lineMs = lineMsMax) {
    this.#target = target;
    this.#own = own;
    this.#lineMs = lineMs;
  }

  open(): Promise<Opened> {
    return Promise.resolve({ size: 0 });
  }

  rotate(): Promise<Opened> {
    this.close();
    return this.open();
  }

  /** Sends a batch; one that failed goes on where it stopped. */
  async write({ number, lines }: Batch): Promise<number> {
    if (this.#busy) throw new Error("the last line has not been taken");
    this.#busy = true;
    if (number !== this.#number) [this.#number, this.#at] = [number, 0];
    const encoder = new TextEncoder();
    try {
      for (; this.#at < lines.length; this.#at++) {
        await this.#send(encoder.encode(lines[this.#at]));
      }
      return 0;
    } finally {
      this.#busy = false;
    }
  }

  close(): void {
    try {
      this.#socket?.close();
    } catch {
      // It is closed.
    }
    [this.#socket, this.#pending, this.#lateCount] = [undefined, undefined, 0];
  }

  /** Sends a line, or goes on waiting for the one that syslog has not taken. */
  async #send(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const socket = this.#socket ??= await this.#made();
    this.#pending ??= socket.send(bytes, this.#target as Deno.Addr).then(
      () => undefined,
      messageOf,
    );
    const late = Promise.withResolvers<typeof isLate>();
    const timer = setTimer(() => late.resolve(isLate), this.#lineMs);
    const why = await Promise.race([this.#pending, late.promise]);
    clearTimer(timer);
    if (why === isLate) {
      // It may have been started again: a socket of its earlier life takes nothing any more.
      if (++this.#lateCount >= lateMax) this.close();
      throw new Error("syslog does not take a line");
    }
    [this.#pending, this.#lateCount] = [undefined, 0];
    if (why === undefined) return;
    this.close();
    throw new Error(why);
  }

  async #made(): Promise<Deno.DatagramConn> {
    if (this.#target.transport === "udp") {
      const hostname = this.#target.hostname.includes(":") ? "::" : "0.0.0.0";
      return Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
    }
    await Deno.remove(this.#own).catch(() => {});
    return Deno.listenDatagram({ transport: "unixpacket", path: this.#own });
  }
}
