/**
 * Messages that a process does not take: each is counted with its sender, and a program of this node
 * that asked learns why no other answer comes. A message of another node gets no answer.
 *
 * @module
 */
import type { Closing } from "./clients.ts";
import type { Log } from "./log.ts";
import type { Message } from "./messages.ts";
import { isClient } from "./protocol.ts";
import { levelOf, Refusals, refusalsOf, type Refused } from "./refusals.ts";
import { requestRefused } from "./request_refused.ts";
import type { Envelope, Outlet } from "./router.ts";

/** What it says of itself, and whom it tells. */
export interface RefusingOptions {
  readonly process: string;
  readonly node: string;
  /** The services of its machines. */
  readonly services: readonly string[];
  readonly log: Log;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Sees what is refused. */
  readonly refused?: ((from: Envelope["from"], to: string, refused: Refused) => void) | undefined;
}

/** The ways to those who ask. */
export interface Ways {
  /** Whether a way leads to a client itself. */
  isClient(way: Outlet): boolean;
  /** The way to a service; undefined: there is none. */
  wayTo(service: string): Outlet | undefined;
}

/** See the head of the file. */
export class Refusing {
  readonly #options: RefusingOptions;
  readonly #ways: Ways;
  readonly #refusals = new Refusals();

  constructor(options: RefusingOptions, ways: Ways) {
    this.#options = options;
    this.#ways = ways;
  }

  /** What it counted, as the answer to a question for it. */
  report(message: Message): Message | undefined {
    return this.#refusals.report(message);
  }

  /**
   * Counts a message, and answers if a program of this node has asked.
   *
   * @param way how it came here, if not from a machine of this process.
   */
  refuse(envelope: Envelope, refused: Refused, way?: Outlet): void {
    this.count(envelope.from, envelope.to.service, refused);
    this.answerAsker(envelope, refused, way);
  }

  /** Counts it, and says so in the log from time to time. */
  count(from: Envelope["from"], to: string, refused: Refused): void {
    const { process, log, now } = this.#options;
    this.#options.refused?.(from, to, refused);
    const line = this.#refusals.take(from, to, refused, now());
    if (line !== undefined) log(process, levelOf(refused.kind), line);
  }

  /** Counts a client whose link was closed for its own fault. */
  closed(closing: Closing, why: string): void {
    const { process, log, now } = this.#options;
    const line = this.#refusals.closed(closing, why, now());
    if (line !== undefined) log(process, "warning", line);
  }

  /** Answers a program of this node. @param way as for `refuse` */
  answerAsker(envelope: Envelope, refused: Refused, way: Outlet | undefined): void {
    const { from, to } = envelope;
    const { node } = this.#options;
    // A client is answered where it is, whom it may claim to be; one of another process, over that.
    const back = way !== undefined && this.#ways.isClient(way)
      ? way
      : from.node === node && isClient(from.service)
      ? this.#ways.wayTo(from.service)
      : undefined;
    if (back !== undefined) {
      this.answer(back, to.service, { to: from, message: envelope.message }, refused);
    }
  }

  /** Answers over a way. @param to the service that was asked. */
  answer(
    back: Outlet,
    to: string,
    { to: asker, message: request }: Pick<Envelope, "to" | "message">,
    refused: Refused,
  ): void {
    const { node, process, services } = this.#options;
    const message = requestRefused(to, request, refused);
    if (message === undefined) return;
    // The processes between believe a service only from where it is.
    const service = services.includes(to) || this.#ways.isClient(back) ? to : refusalsOf(process);
    back.push({ to: { service: asker.service }, from: { node, service }, message });
  }
}
