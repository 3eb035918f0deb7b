/**
 * Syslog: each line is a datagram, to the socket of this machine or to an address.
 *
 * @module
 */
import { clearTimer, setTimer } from "../../metadata/timer.ts";
import type { Batch, Opened } from "./types.ts";

/** Milliseconds that syslog may take for one line. */
const lineMs = 2_000;

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

  constructor(target: SyslogTarget, own: string) {
    this.#target = target;
    this.#own = own;
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
    } catch (error) {
      this.close();
      throw error;
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
    this.#socket = undefined;
  }

  async #send(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const socket = this.#socket ??= await this.#made();
    const late = setTimer(() => this.close(), lineMs);
    try {
      await socket.send(bytes, this.#target as Deno.Addr);
    } finally {
      clearTimer(late);
    }
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
