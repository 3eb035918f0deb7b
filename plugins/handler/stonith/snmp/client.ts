/**
 * Asks an agent of SNMP for one number, or sets one. Packets are sent again until the time is over;
 * an answer counts only if it is of the agent, to the question, and of version 3 signed and new.
 *
 * @module
 */
import { messageOf } from "../../../../metadata/message_of.ts";
import { clearTimer, setTimer, type Timer } from "../../../../metadata/timer.ts";
import { communityAnswer, communityMessage } from "./community.ts";
import type { Answer, Question } from "./pdu.ts";
import {
  type Engine,
  engineOf,
  type User,
  type UserAnswer,
  userAnswer,
  userMessage,
} from "./user_message.ts";

/** Who asks. */
export type Asker =
  | { readonly version: "1" | "2c"; readonly community: string }
  | { readonly version: "3"; readonly user: User };

/** Where the agent is. */
export interface Agent {
  readonly address: string;
  readonly port: number;
}

/** Milliseconds until a packet is sent again; doubled each time. */
const againMs = 500;
const againMsMax = 4_000;
/** Packets that are ignored for one question, before it fails: a stranger may send many. */
const ignoredMax = 1_000;
/** Seconds by which the clock of a signed answer may differ. */
const windowS = 150;

/** Reports of version 3 by the end of their object id, 1.3.6.1.6.3.15.1.1.N.0. */
const reports: Readonly<Record<string, string>> = {
  "1": "the agent does not support this security level: both passwords, or one",
  "3": "the agent does not know the user",
  "4": "the agent has another engine now",
  "5": "the agent refuses the password or the protocol of its signature",
  "6": "the agent cannot decrypt the question: the privacy password is wrong",
};
const usmPrefix = "1.3.6.1.6.3.15.1.1.";
const [notInTime, unknownEngine] = [`${usmPrefix}2.0`, `${usmPrefix}4.0`];

/** See the head of the file. */
export class SnmpClient {
  readonly #agent: Agent;
  readonly #asker: () => Asker;
  #engine: Engine | undefined;

  /** @param asker asked for each question: a password may change. */
  constructor(agent: Agent, asker: () => Asker) {
    this.#agent = agent;
    this.#asker = asker;
  }

  /** Reads a number. @throws {Error} with the reason. */
  async get(oid: string, timeoutMs: number): Promise<number> {
    const { value, error } = await this.#answered({ oid }, timeoutMs);
    if (error !== undefined) throw new SnmpError(`${oid}: ${error}`);
    if (value === undefined) throw new SnmpError(`${oid} is not a number`);
    return value;
  }

  /** Sets a number. @throws {Error} with the reason. */
  async set(oid: string, value: number, timeoutMs: number): Promise<void> {
    const { error } = await this.#answered({ oid, set: value }, timeoutMs);
    if (error !== undefined) throw new SnmpError(`${oid} cannot be set to ${value}: ${error}`);
  }

  async #answered(question: Question, timeoutMs: number): Promise<Answer> {
    const asker = this.#asker();
    const until = performance.now() + timeoutMs;
    if (asker.version !== "3") {
      const { version, community } = asker;
      const id = newId();
      return await this.#exchange(
        communityMessage(version, community, id, question),
        (bytes) => matching(communityAnswer(version, community, bytes), id),
        until,
      );
    }
    for (let tried = 0;; tried++) {
      const answer = await this.#signed(asker.user, question, until);
      if (!answer.isReport) return answer;
      if (tried > 0 || (answer.oid !== notInTime && answer.oid !== unknownEngine)) {
        const number = answer.oid.slice(usmPrefix.length).split(".")[0] ?? "";
        throw new SnmpError(reports[number] ?? `the agent reports ${answer.oid}`);
      }
      // Its clock is another one now: it has started again.
      this.#engine = undefined;
    }
  }

  async #signed(user: User, question: Question, until: number): Promise<UserAnswer> {
    this.#engine ??= await this.#discover(user, until);
    const engine = this.#engine;
    const id = newId();
    return await this.#exchange(userMessage(user, id, engine, question), (bytes) => {
      const answer = userAnswer(user, engine, bytes);
      if (answer.messageId !== id) return undefined;
      // A report may be of an agent that cannot sign; it is only believed to be a refusal.
      if (answer.isReport) return answer;
      const nowS = engine.time + (performance.now() - engine.at) / 1_000;
      const isNew = answer.boots === engine.boots && Math.abs(answer.time - nowS) <= windowS;
      return answer.isSigned && isNew && answer.id === id ? answer : undefined;
    }, until);
  }

  /** Asks for the engine's id and clock, and then for the clock with a signature. */
  async #discover(user: User, until: number): Promise<Engine> {
    const id = newId();
    const first = await this.#exchange(userMessage(user, id), (bytes) => {
      const answer = userAnswer(user, undefined, bytes);
      return answer.messageId === id && answer.isReport ? answer : undefined;
    }, until);
    const engine = engineOf(user, first);
    if (engine.boots !== 0 || engine.time !== 0) return engine;
    const second = newId();
    const timed = await this.#exchange(userMessage(user, second, engine), (bytes) => {
      const answer = userAnswer(user, engine, bytes);
      return answer.messageId === second ? answer : undefined;
    }, until);
    return engineOf(user, { ...timed, engine: engine.id });
  }

  /** Sends until an answer counts. */
  async #exchange<T>(
    message: Uint8Array,
    read: (bytes: Uint8Array) => T | undefined,
    until: number,
  ): Promise<T> {
    const { address, port } = this.#agent;
    const isV6 = address.includes(":");
    const socket = Deno.listenDatagram({
      transport: "udp",
      hostname: isV6 ? "::" : "0.0.0.0",
      port: 0,
    });
    const timers = new Set<Timer>();
    let closed = false;
    let last = "no answer in time";
    const send = (afterMs: number) => {
      if (closed) return;
      socket.send(message, { transport: "udp", hostname: address, port }).catch((error) => {
        last = messageOf(error);
        if (error instanceof Deno.errors.NotCapable) close();
      });
      timers.add(setTimer(() => send(Math.min(againMsMax, 2 * afterMs)), afterMs));
    };
    const close = () => {
      if (!closed) socket.close();
      closed = true;
    };
    try {
      timers.add(setTimer(close, Math.max(1, until - performance.now())));
      send(againMs);
      const buffer = new Uint8Array(65_536);
      for (let ignored = 0; ignored < ignoredMax; ignored++) {
        const [bytes, from] = await socket.receive(buffer);
        if (!("hostname" in from) || from.port !== port || from.hostname !== address) continue;
        try {
          const answer = read(bytes);
          if (answer !== undefined) return answer;
        } catch (error) {
          last = messageOf(error);
        }
      }
      throw new SnmpError(`more than ${ignoredMax} packets were no answer`);
    } catch (error) {
      if (closed) throw new SnmpError(last);
      throw error;
    } finally {
      for (const timer of timers) clearTimer(timer);
      close();
    }
  }
}

/** What an agent says no with. */
export class SnmpError extends Error {}

function matching(answer: Answer, id: number): Answer | undefined {
  return answer.id === id && !answer.isReport ? answer : undefined;
}

/** An id that a stranger cannot guess. */
const newId = (): number => crypto.getRandomValues(new Uint32Array(1))[0]! >>> 1;
