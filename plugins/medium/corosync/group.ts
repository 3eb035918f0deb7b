/**
 * A member of a process group: the connection to Corosync, through its library libqb.
 *
 * libcpg, which is made for this, hands messages to a function of the program. Deno gives a function
 * to a library only where `ffi` is granted without a bound. So libcpg's messages to libqb are sent
 * here, which needs no such function and only that one library.
 *
 * @module
 */
import {
  askAgain,
  joinRequest,
  localNodeRequest,
  messageBytesMax,
  multicastRequest,
  ok,
  readEvent,
  readResponse,
  type Response,
} from "./cpg_message.ts";
import { clearTimer, pause, setTimer } from "../../../metadata/timer.ts";

/** What is called of the library. */
const names = {
  qb_ipcc_connect: { parameters: ["buffer", "usize"], result: "pointer", nonblocking: true },
  qb_ipcc_disconnect: { parameters: ["pointer"], result: "void" },
  qb_ipcc_send: { parameters: ["pointer", "buffer", "usize"], result: "isize" },
  qb_ipcc_recv: { parameters: ["pointer", "buffer", "usize", "i32"], result: "isize" },
  qb_ipcc_fc_enable_max_set: { parameters: ["pointer", "u32"], result: "void" },
  next: {
    name: "qb_ipcc_event_recv",
    parameters: ["pointer", "buffer", "usize", "i32"],
    result: "isize",
  },
  wait: {
    name: "qb_ipcc_event_recv",
    parameters: ["pointer", "buffer", "usize", "i32"],
    result: "isize",
    nonblocking: true,
  },
} as const satisfies Deno.ForeignLibraryInterface;

type Library = Deno.DynamicLibrary<typeof names>;

/** Milliseconds that Corosync may take to respond. */
const responseMs = 1_000;
/** Milliseconds until the group must have confirmed the membership. */
const joinMs = 5_000;
/** Milliseconds between two tries to join. */
const againMs = 50;
/** Milliseconds that an event is waited for at once: so long may closing take. */
const waitMs = 100;
/** Events taken before others in this process have their turn. */
const eventsAtOnce = 64;

const EAGAIN = -11, ETIMEDOUT = -110;

/** A packet from another member. */
export type Take = (bytes: Uint8Array, from: string) => void;

/** A member of a group. */
export class Group {
  readonly #library: Library;
  readonly #connection: Deno.PointerValue;
  readonly #take: Take;
  readonly #bytes = new Uint8Array(messageBytesMax);
  readonly #joined = Promise.withResolvers<void>();
  #node = 0;
  #closed = false;
  /** Why Corosync is gone; never rejects. */
  readonly gone: Promise<string>;

  private constructor(library: Library, connection: Deno.PointerValue, take: Take) {
    this.#library = library;
    this.#connection = connection;
    this.#take = take;
    this.gone = this.#read();
  }

  /**
   * Joins a group.
   *
   * @throws {Error} saying why not.
   */
  static async join(path: string, group: string, take: Take): Promise<Group> {
    const library = Deno.dlopen(path, names);
    const service = new TextEncoder().encode("cpg\0");
    const connection = await library.symbols.qb_ipcc_connect(service, BigInt(messageBytesMax));
    if (connection === null) {
      library.close();
      throw new Error(
        "Corosync does not answer: it does not run here, or its configuration does not let this " +
          "user in (see uidgid in corosync.conf)",
      );
    }
    const member = new Group(library, connection, take);
    try {
      await member.#join(group);
      return member;
    } catch (error) {
      await member.close();
      throw error;
    }
  }

  /** Sends a packet to every member; gives the negative error number, or 0. */
  send(packet: Uint8Array): number {
    if (this.#closed) return EAGAIN;
    const { qb_ipcc_send, qb_ipcc_fc_enable_max_set } = this.#library.symbols;
    const request = multicastRequest(packet);
    // As libcpg does: what is sent to the group may go on a little longer when Corosync is busy.
    qb_ipcc_fc_enable_max_set(this.#connection, 2);
    const sent = Number(qb_ipcc_send(this.#connection, request, BigInt(request.length)));
    qb_ipcc_fc_enable_max_set(this.#connection, 1);
    return Math.min(0, sent);
  }

  /** Leaves; Corosync tells the others. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#joined.promise.catch(() => {});
    this.#joined.reject(new Error("closed"));
    await this.gone;
    this.#library.symbols.qb_ipcc_disconnect(this.#connection);
    this.#library.close();
  }

  async #join(group: string): Promise<void> {
    const end = performance.now() + joinMs;
    this.#node = this.#ask(localNodeRequest()).node ?? 0;
    for (;;) {
      const { error } = this.#ask(joinRequest(group, Deno.pid));
      if (error === ok) break;
      if (!askAgain.includes(error) || performance.now() > end) {
        throw new Error(`Cannot join "${group}": Corosync's error ${error}`);
      }
      await pause(againMs);
    }
    const timer = setTimer(
      () => this.#joined.reject(new Error(`Not a member of "${group}" within ${joinMs} ms`)),
      joinMs,
    );
    await this.#joined.promise.finally(() => clearTimer(timer));
  }

  #ask(request: Uint8Array<ArrayBuffer>): Response {
    const { qb_ipcc_send, qb_ipcc_recv } = this.#library.symbols;
    const sent = Number(qb_ipcc_send(this.#connection, request, BigInt(request.length)));
    const bytes = new Uint8Array(64);
    const got = sent < 0 ? sent : Number(
      qb_ipcc_recv(this.#connection, bytes, BigInt(bytes.length), responseMs),
    );
    const response = got < 0 ? undefined : readResponse(bytes.subarray(0, got));
    if (response === undefined) throw new Error(`Corosync did not respond (${got})`);
    return response;
  }

  async #read(): Promise<string> {
    const { wait, next } = this.#library.symbols;
    const size = BigInt(this.#bytes.length);
    while (!this.#closed) {
      let got = Number(await wait(this.#connection, this.#bytes, size, waitMs));
      for (let count = 1; got > 0 && !this.#closed; count++) {
        this.#event(this.#bytes.subarray(0, got));
        got = count < eventsAtOnce ? Number(next(this.#connection, this.#bytes, size, 0)) : EAGAIN;
      }
      if (got < 0 && got !== EAGAIN && got !== ETIMEDOUT) {
        const why = `Lost the connection to Corosync (${got})`;
        this.#joined.promise.catch(() => {});
        this.#joined.reject(new Error(why));
        return why;
      }
    }
    return "closed";
  }

  #event(bytes: Uint8Array): void {
    const event = readEvent(bytes);
    if (event === undefined) return;
    if (event.type === "changed") {
      this.#joined.resolve();
    } else if (event.node !== this.#node || event.pid !== Deno.pid) {
      this.#take(event.message, `${event.node}:${event.pid}`);
    }
  }
}
