/**
 * The sockets of `logd`: one for the daemons of the node, in its run folder, and one for all local
 * applications, where the original's library looks. Frames are cut, checked and given to the machine. A
 * client that is slow, floods or sends nonsense harms itself alone: it is read less often, or closed.
 *
 * @module
 */
import { messageOf } from "../../metadata/message_of.ts";
import { clearTimer, pause, setTimer, type Timer } from "../../metadata/timer.ts";
import type { Api } from "../../pils/plugin.ts";
import { Acceptance } from "../runtime/acceptance.ts";
import { makeFree } from "../runtime/endpoint.ts";
import { type ClientFrame, PayloadReader, readClientFrame } from "../runtime/logging/wire.ts";
import {
  allFramesPerSecond,
  connectionsMax,
  daemonsMax,
  firstFrameMs,
  framesPerSecond,
  unreadBytesMax,
} from "./limits.ts";
import type { Door, DoorEvent } from "./types.ts";

/** Bytes that are read at once. */
const readBytes = { node: 64 * 1024, local: 8 * 1024 } as const;
/** Milliseconds until another attempt to listen. */
const listenAgainMs = 10_000;

/** Where to listen. */
export interface DoorsOptions {
  /** For the daemons. */
  readonly node: string;
  /** For all local applications, and the mode of that socket. */
  readonly local?: { readonly path: string; readonly mode: number };
  readonly log: (text: string) => void;
  /** Instead of {@linkcode firstFrameMs}. */
  readonly frameMs?: number;
}

interface Open {
  readonly connection: Deno.Conn;
  readonly door: Door;
  heardAt: number;
  /** Bytes that it has not read. */
  unread: number;
  writing: Promise<void>;
}

/** The sockets as something a machine loads: it emits `DoorEvent`s, and offers `listen` and `send`. */
export const doors = (options: DoorsOptions) => (emit: (event: unknown) => void): Api => {
  const serving = new Serving(options, emit);
  const reopen = () => serving.emit({ type: "reopen" });
  for (const signal of ["SIGHUP", "SIGUSR1"] as const) Deno.addSignalListener(signal, reopen);
  return {
    listen: () => serving.listen(),
    send: (connection: number, bytes: Uint8Array<ArrayBuffer>) => serving.send(connection, bytes),
    close() {
      for (const signal of ["SIGHUP", "SIGUSR1"] as const) {
        Deno.removeSignalListener(signal, reopen);
      }
      return serving.close();
    },
  };
};

class Serving {
  readonly emit: (event: DoorEvent) => void;
  readonly #options: DoorsOptions;
  readonly #open = new Map<number, Open>();
  readonly #rate = new Rate(allFramesPerSecond);
  #acceptances: Acceptance[] = [];
  #again: Timer | undefined;
  #last = 0;
  #closed = false;

  constructor(options: DoorsOptions, emit: (event: unknown) => void) {
    this.#options = options;
    this.emit = emit;
  }

  async listen(): Promise<void> {
    const { node, local } = this.#options;
    await this.#listen("node", node, 0o600);
    if (local !== undefined) await this.#tryLocal(local);
  }

  /** The daemons do not wait for a folder that only others need. */
  async #tryLocal({ path, mode }: { readonly path: string; readonly mode: number }): Promise<void> {
    if (this.#closed) return;
    try {
      await this.#listen("local", path, mode);
    } catch (error) {
      this.#options.log(`cannot serve local applications at "${path}": ${messageOf(error)}`);
      this.#again = setTimer(() => void this.#tryLocal({ path, mode }), listenAgainMs);
    }
  }

  async #listen(door: Door, path: string, mode: number): Promise<void> {
    await makeFree(path);
    const listener = Deno.listen({ transport: "unix", path });
    Deno.chmodSync(path, mode);
    this.#acceptances.push(
      new Acceptance(listener, (connection) => void this.#serve(door, connection)),
    );
  }

  send(number: number, bytes: Uint8Array<ArrayBuffer>): void {
    const open = this.#open.get(number);
    if (open === undefined) return;
    open.unread += bytes.length;
    if (open.unread > unreadBytesMax) return this.#end(number, "it reads no answers");
    open.writing = open.writing.then(async () => {
      for (let at = 0; at < bytes.length;) at += await open.connection.write(bytes.subarray(at));
      open.unread -= bytes.length;
    }).catch(() => this.#end(number));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimer(this.#again);
    for (const acceptance of this.#acceptances) acceptance.close();
    for (const number of [...this.#open.keys()]) this.#end(number);
    await Promise.all(this.#acceptances.map(({ ended }) => ended));
    const { node, local } = this.#options;
    for (const path of [node, ...(local === undefined ? [] : [local.path])]) {
      await Deno.remove(path).catch(() => {});
    }
  }

  #end(number: number, why?: string): void {
    const open = this.#open.get(number);
    if (open === undefined) return;
    this.#open.delete(number);
    try {
      open.connection.close();
    } catch {
      // It is closed.
    }
    this.emit({ type: "closed", connection: number, ...(why === undefined ? {} : { why }) });
  }

  /** The one that is idle for longest gives its place to a new one. */
  #makeRoom(door: Door): void {
    const same = [...this.#open].filter(([, open]) => open.door === door);
    if (same.length < (door === "node" ? daemonsMax : connectionsMax)) return;
    const [first] = same.sort(([, a], [, b]) => a.heardAt - b.heardAt);
    if (first !== undefined) this.#end(first[0], "another client needed its place");
  }

  async #serve(door: Door, connection: Deno.Conn): Promise<void> {
    this.#makeRoom(door);
    const number = ++this.#last;
    const heardAt = performance.now();
    const writing = Promise.resolve();
    this.#open.set(number, { connection, door, heardAt, unread: 0, writing });
    this.emit({ type: "opened", connection: number, door });
    let why: string | undefined;
    try {
      await this.#read(number, door, connection);
    } catch (error) {
      if (error instanceof RangeError) why = error.message;
    }
    this.#end(number, why);
  }

  async #read(number: number, door: Door, connection: Deno.Conn): Promise<void> {
    const { frameMs = firstFrameMs } = this.#options;
    const reader = new PayloadReader();
    const buffer = new Uint8Array(readBytes[door]);
    const rate = new Rate(framesPerSecond);
    const late = () => this.#end(number, "it did not end a message in time");
    let timer: Timer | undefined = setTimer(late, frameMs);
    try {
      let isNew = door === "node";
      for (let count; (count = await connection.read(buffer)) !== null;) {
        const frames: ClientFrame[] = [];
        for (const payload of reader.take(buffer.subarray(0, count))) {
          const frame = readClientFrame(payload);
          if (isNew && frame.type !== "hello") throw new RangeError("it did not say hello");
          isNew = false;
          frames.push(frame);
        }
        if (frames.length > 0) {
          const open = this.#open.get(number);
          if (open === undefined) return;
          open.heardAt = performance.now();
          clearTimer(timer);
          timer = undefined;
          this.emit({ type: "frames", connection: number, frames });
        }
        if (reader.waiting === 0) {
          clearTimer(timer);
          timer = undefined;
        } else timer ??= setTimer(late, frameMs);
        // A frame that is half sent keeps its deadline while others of the client are read.
        if (door === "local") await pauses(frames.length, [rate, this.#rate]);
      }
    } finally {
      clearTimer(timer);
    }
  }
}

async function pauses(frames: number, rates: readonly Rate[]): Promise<void> {
  const ms = Math.max(...rates.map((rate) => rate.take(frames)));
  if (ms > 0) await pause(ms);
}

/** So many in a second. */
class Rate {
  readonly #perSecond: number;
  #from = performance.now();
  #count = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Takes some. @returns milliseconds to wait before more are taken */
  take(count: number): number {
    const now = performance.now();
    if (now - this.#from >= 1_000) [this.#from, this.#count] = [now, 0];
    this.#count += count;
    return this.#count < this.#perSecond ? 0 : this.#from + 1_000 - now;
  }
}
