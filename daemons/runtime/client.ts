/**
 * A program that is no daemon speaks to the daemons of a node: a command line, a console, a demo.
 *
 * It joins the node's processes over a socket as one more service with a name of its own, sends
 * messages to services of this node, and gets what they answer.
 *
 * @module
 */
import { clientFrameBytesMax } from "./endpoint.ts";
import { Link } from "./link.ts";
import type { Message } from "./messages.ts";
import { socketPipe } from "./pipe.ts";
import { clientPrefix } from "./protocol.ts";
import type { Envelope } from "./router.ts";
import { opened } from "./unread.ts";
import { clearTimer, setTimer } from "../../metadata/timer.ts";

/** An open connection to a node. */
export interface Client extends AsyncDisposable {
  /**
   * Sends one message to a service of the node.
   *
   * @throws {RangeError} if it is larger than a client's message may be.
   */
  send(service: string, message: Message): void;
  /**
   * Sends one message and waits for the first answer that `matches`.
   *
   * @throws {Deno.errors.TimedOut} if none came within `withinMs`.
   * @throws {Deno.errors.ConnectionReset} if the process ended, or the client was closed.
   */
  ask<T extends Message>(
    service: string,
    message: Message,
    matches: (answer: Message) => answer is T,
    withinMs: number,
  ): Promise<T>;
  /** The services that the node offered last. */
  services(): readonly string[];
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
}

let count = 0;

/** Milliseconds in which a process must greet a client: a process that hangs takes connections too. */
export const greetMs = 3_000;
/** Milliseconds between two tries to connect while more wait than the kernel keeps. */
const againMs = 20;

/**
 * Connects to the socket of a process. Needs read, write and net permission for its path.
 *
 * @param onMessage gets everything that is sent to this client.
 * @throws {Deno.errors.NotFound} if no such process runs.
 * @throws {Deno.errors.TimedOut} if it does not greet within `greetMs`.
 * @throws {Deno.errors.ConnectionReset} if it closes the connection before it greets.
 */
export async function connect(
  path: string,
  onMessage: (message: Message, from: string) => void = () => {},
): Promise<Client> {
  const service = `${clientPrefix}${Deno.pid}-${++count}`;
  let services: readonly string[] = [];
  const waiting = new Set<(message: Message) => void>();
  const atEnd = new Set<() => void>();
  let end: () => void = () => {};
  const closed = new Promise<void>((resolve) => end = resolve);
  let why: string | undefined;
  let isGreeted = false;
  let ready: () => void = () => {};
  const greeted = new Promise<void>((resolve) => ready = resolve);
  let unsendable: string | undefined;
  const link = new Link(socketPipe(await knock(path)), {
    onServices: (_link, _process, offered) => {
      services = offered;
      isGreeted = true;
      ready();
    },
    onEnvelope: (_link, { message: unread, from }: Envelope) => {
      const message = opened(unread);
      for (const take of [...waiting]) take(message);
      onMessage(message, from.service);
    },
    onUnsendable: (_link, _envelope, why) => unsendable = why,
    onClosed: (_link, text) => {
      why = text;
      end();
      for (const lose of [...atEnd]) lose();
    },
  }, { sentBytesMax: clientFrameBytesMax });
  link.hello(service, [service]);
  const reading = link.read();
  let late = false;
  const timer = setTimer(() => {
    late = true;
    link.close("it does not greet");
  }, greetMs);
  await Promise.race([greeted, closed]);
  clearTimer(timer);
  if (late) {
    await reading;
    throw new Deno.errors.TimedOut(`The process at ${path} did not answer within ${greetMs} ms`);
  }
  if (!isGreeted) {
    await reading;
    throw new Deno.errors.ConnectionReset(
      `The process at ${path} closed the connection before it greeted: ${why}`,
    );
  }
  const send = (to: string, message: Message) => {
    link.push({ to: { service: to }, from: { node: "", service }, message });
    const why = unsendable;
    unsendable = undefined;
    if (why !== undefined) throw new RangeError(`Cannot send ${message.type} to "${to}": ${why}`);
  };
  return {
    send,
    services: () => services,
    closed,
    ask(to, message, matches, withinMs) {
      return new Promise((resolve, reject) => {
        const settle = () => {
          clearTimer(timer);
          waiting.delete(take);
          atEnd.delete(lose);
        };
        const lose = () => {
          settle();
          const text = `The process ended before "${to}" answered ${message.type}`;
          reject(new Deno.errors.ConnectionReset(text));
        };
        const take = (answer: Message) => {
          if (!matches(answer)) return;
          settle();
          resolve(answer);
        };
        const timer = setTimer(() => {
          settle();
          const text = `"${to}" did not answer ${message.type} within ${withinMs} ms`;
          reject(new Deno.errors.TimedOut(text));
        }, withinMs);
        waiting.add(take);
        atEnd.add(lose);
        // It was closed before it was asked.
        if (why !== undefined) {
          lose();
          return;
        }
        try {
          send(to, message);
        } catch (error) {
          settle();
          reject(error);
        }
      });
    },
    async [Symbol.asyncDispose]() {
      link.close("the client is done");
      await reading;
    },
  };
}

/** Connects, also where so many do that the kernel keeps no more of them waiting. */
async function knock(path: string): Promise<Deno.Conn> {
  const until = performance.now() + greetMs;
  for (;;) {
    try {
      return await Deno.connect({ transport: "unix", path });
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock) || performance.now() > until) throw error;
      await new Promise<void>((resolve) => setTimer(resolve, againMs));
    }
  }
}
