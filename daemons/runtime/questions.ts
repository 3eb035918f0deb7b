/**
 * Questions that a client has asked and that wait for their answers.
 *
 * @module
 */
import type { Message } from "./messages.ts";
import type { RefusalKind } from "./refusal_kind.ts";
import { clearTimer, setTimer } from "../../metadata/timer.ts";

/** A question to a service of the node. */
export interface Question<T extends Message> {
  /** The service that should answer. */
  readonly to: string;
  readonly message: Message;
  matches(answer: Message): answer is T;
  readonly withinMs: number;
}

/** The node did not take a question: no answer comes. */
export class NotTaken extends Error {
  override readonly name = "NotTaken";
  readonly kind: RefusalKind;

  constructor(message: string, kind: RefusalKind) {
    super(message);
    this.kind = kind;
  }
}

type Refused = Extract<Message, { readonly type: "refused" }>;

/** What happens to a question that waits. */
interface Waiting {
  readonly message: Message;
  refuse(refused: Refused): void;
  take(answer: Message): void;
  lose(): void;
}

/** The open questions of one connection. */
export class Questions {
  readonly #waiting = new Set<Waiting>();
  #isOver = false;

  /**
   * Sends a question and waits for the first answer that matches.
   *
   * @throws {Deno.errors.TimedOut} if none came in time.
   * @throws {Deno.errors.ConnectionReset} if the connection is gone.
   * @throws {NotTaken} if the node refuses it.
   */
  ask<T extends Message>(
    { to, message, matches, withinMs }: Question<T>,
    send: (to: string, message: Message) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimer(timer);
        this.#waiting.delete(waiting);
      };
      const fail = (error: unknown) => {
        settle();
        reject(error);
      };
      const waiting: Waiting = {
        message,
        refuse: ({ error, kind }) => fail(new NotTaken(error, kind)),
        take(answer) {
          if (!matches(answer)) return;
          settle();
          resolve(answer);
        },
        lose: () =>
          fail(
            new Deno.errors.ConnectionReset(
              `The process ended before "${to}" answered ${message.type}`,
            ),
          ),
      };
      const timer = setTimer(() => {
        const text = `"${to}" did not answer ${message.type} within ${withinMs} ms`;
        fail(new Deno.errors.TimedOut(text));
      }, withinMs);
      this.#waiting.add(waiting);
      if (this.#isOver) return waiting.lose();
      try {
        send(to, message);
      } catch (error) {
        fail(error);
      }
    });
  }

  /** A message came: it may answer several questions. */
  take(message: Message): void {
    for (const waiting of [...this.#waiting]) {
      if (message.type !== "refused") waiting.take(message);
      else if (isOf(message, waiting.message)) waiting.refuse(message);
    }
  }

  /** The connection is gone: nothing is answered any more. */
  end(): void {
    this.#isOver = true;
    for (const waiting of [...this.#waiting]) waiting.lose();
  }
}

/** Whether it is this question that was refused. */
const isOf = ({ id, request }: Refused, question: Message): boolean =>
  id !== undefined && "id" in question && question.id === id &&
  (request === "" || request === question.type);
