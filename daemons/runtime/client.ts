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
import { clientPrefix, userClientPrefix } from "./protocol.ts";
import { Questions } from "./questions.ts";
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
   * @throws {NotTaken} if the node refuses it.
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

/** Of another user's clients nobody may guess the name. */
const nameOf = (asUser: boolean): string =>
  asUser ? `${userClientPrefix}${crypto.randomUUID()}` : `${clientPrefix}${Deno.pid}-${++count}`;

/** Milliseconds in which a process must greet a client: a process that hangs takes connections too. */
export const greetMs = 3_000;
/** Milliseconds between two tries to connect while more wait than the kernel keeps. */
const againMs = 20;

/**
 * Connects to the socket of a process. Needs read, write and net permission for its path.
 *
 * @param onMessage gets everything that is sent to this client.
 * @param asUser the socket is another user's: its process asks the kernel who this one is.
 * @throws {Deno.errors.NotFound} if no such process runs.
 * @throws {Deno.errors.TimedOut} if it does not greet within `greetMs`.
 * @throws {Deno.errors.ConnectionReset} if it closes the connection before it greets.
 */
export async function connect(
  path: string,
  onMessage: (message: Message, from: string) => void = () => {},
  asUser = false,
): Promise<Client> {
  const service = nameOf(asUser);
  let services: readonly string[] = [];
  const questions = new Questions();
  let unsendable: string | undefined;
  const greeting = Promise.withResolvers<"greeted" | "closed">();
  const end = Promise.withResolvers<void>();
  let closedWhy = "";
  const link = new Link(socketPipe(await knock(path)), {
    onServices: (_link, _process, offered) => {
      services = offered;
      greeting.resolve("greeted");
    },
    onEnvelope: (_link, { message: unread, from }: Envelope) => {
      const message = opened(unread);
      questions.take(message);
      onMessage(message, from.service);
    },
    onUnsendable: (_link, _envelope, why) => unsendable = why,
    onClosed: (_link, text) => {
      closedWhy = text;
      greeting.resolve("closed");
      end.resolve();
      questions.end();
    },
  }, { sentBytesMax: clientFrameBytesMax });
  link.hello(service, [service]);
  const reading = link.read();
  const how = await inTime(greeting.promise, link);
  if (how !== "greeted") {
    await reading;
    throw how === "late"
      ? new Deno.errors.TimedOut(`The process at ${path} did not answer within ${greetMs} ms`)
      : new Deno.errors.ConnectionReset(
        `The process at ${path} closed the connection before it greeted: ${closedWhy}`,
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
    closed: end.promise,
    ask: (to, message, matches, withinMs) =>
      questions.ask({ to, message, matches, withinMs }, send),
    async [Symbol.asyncDispose]() {
      link.close("the client is done");
      await reading;
    },
  };
}

/** How the greeting came out; a link whose other end does not greet in time is closed. */
async function inTime<T>(greeting: Promise<T>, link: Link): Promise<T | "late"> {
  let isLate = false;
  const timer = setTimer(() => {
    isLate = true;
    link.close("it does not greet");
  }, greetMs);
  const how = await greeting;
  clearTimer(timer);
  return isLate ? "late" : how;
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
