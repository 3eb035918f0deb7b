/**
 * A client of apphbd: registers an application of this process and sends its heartbeats.
 *
 * @example
 * ```ts
 * await using app = await register("/run/ha/apphb.comm", "billing");
 * await app.setIntervalMs(2_000);
 * setInterval(() => app.beat(), 500);
 * ```
 *
 * Needs read, write and net permission for the socket.
 *
 * @module
 */
import { framed, FrameReader } from "../heartbeat/doors/client_socket.ts";
import { frameBytesMax } from "./limits.ts";
import { readAnswer, type Request, requestBytes } from "./request.ts";

/** Apphbd did not take a request: `errno` says why. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
  readonly errno: number;

  constructor(request: string, errno: number) {
    super(`apphbd refused ${request} with error ${errno}`);
    this.errno = errno;
  }
}

/**
 * Registers an application.
 *
 * @throws {Deno.errors.NotFound} and the like, if apphbd is not there
 * @throws {RequestRefused}
 */
export async function register(path: string, name: string, instance = ""): Promise<Application> {
  const reg = requestBytes({ type: "reg", name, instance });
  const app = new Application(await Deno.connect({ transport: "unix", path }));
  try {
    await app.ask("reg", reg);
    return app;
  } catch (error) {
    app.hangUp();
    throw error;
  }
}

/** A registered application. Requests are made one after another. */
export class Application {
  readonly #connection: Deno.Conn;
  readonly #frames = new FrameReader(frameBytesMax);
  readonly #buffer = new Uint8Array(256);
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** Sends a heartbeat. @throws {Error} if apphbd is gone. */
  beat(): Promise<void> {
    return this.#write(requestBytes({ type: "hb" }));
  }

  /** Milliseconds within which the next heartbeat has to come, each time. */
  setIntervalMs(ms: number): Promise<void> {
    return this.#send({ type: "setint", ms });
  }

  /** Milliseconds after which a heartbeat is late; 0: never. */
  setWarnMs(ms: number): Promise<void> {
    return this.#send({ type: "setwarn", ms });
  }

  /** The node is reset when this process dies; only root and the owner of apphbd may ask for it. */
  rebootOnDeath(boot = true): Promise<void> {
    return this.#send({ type: "setboot", boot });
  }

  /** Ends the registration: nothing is announced of this application any more. */
  async unregister(): Promise<void> {
    if (this.#closed) return;
    await this.#send({ type: "unreg" });
    this.hangUp();
  }

  /** Closes the connection without a word, as a crash does. */
  hangUp(): void {
    if (!this.#closed) this.#connection.close();
    this.#closed = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.unregister();
    } catch {
      this.hangUp();
    }
  }

  #send(request: Request): Promise<void> {
    return this.ask(request.type, requestBytes(request));
  }

  /** Sends a request and waits for its answer. */
  ask(what: string, bytes: Uint8Array): Promise<void> {
    const mine = this.#turn.then(async () => {
      await this.#write(bytes);
      const errno = await this.#answer();
      if (errno !== 0) throw new RequestRefused(what, errno);
    });
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const frame = framed(bytes);
    for (let at = 0; at < frame.length;) at += await this.#connection.write(frame.subarray(at));
  }

  async #answer(): Promise<number> {
    for (;;) {
      const frame = this.#frames.next();
      if (frame !== undefined) return readAnswer(frame) ?? -1;
      const count = await this.#connection.read(this.#buffer);
      if (count === null) throw new Deno.errors.ConnectionReset("apphbd closed the connection");
      this.#frames.feed(this.#buffer.slice(0, count));
    }
  }
}
