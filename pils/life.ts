/**
 * One life of an isolated plugin, from a start to its end; a restart is the next life. This module
 * checks and counts the plugin's messages and pings it. It knows neither workers nor processes,
 * only a `Link`.
 *
 * @module
 */
import { messageOf } from "../metadata/message_of.ts";
import type { PluginFault } from "./loader_types.ts";
import { type FromPlugin, fromPlugin, type ToPlugin } from "./message.ts";
import type { Order } from "./running.ts";

/** One running worker or process. */
export interface Link {
  /** Sends in order. Throws if the message cannot be cloned or too much is waiting. */
  post(message: ToPlugin): void;
  /** Kills it; resolves when it has ended, as far as that is possible. */
  end(): Promise<void>;
  /** What a kill leaves behind, for the log; undefined if nothing. */
  readonly leaves?: string;
}

/** The events of a link, never before it was returned. Events after `ended` are ignored. */
export interface LinkEvents {
  message(message: unknown): void;
  /** It has ended, or broke the protocol and must be ended. */
  ended(why: string): void;
  /** It sends more than its daemon can read, and must be ended. */
  flooded(why: string): void;
}

/** Starts a worker or a process for a plugin. */
export type Connect = (order: Order, events: LinkEvents) => Link;

/** An answer of the plugin. */
export type Answer = FromPlugin & { readonly type: "value" | "error" };

/** The events of a life. */
export interface LifeEvents {
  answered(answer: Answer): void;
  /** It cannot continue, and must be ended if it has not ended yet. */
  lost(what: PluginFault["what"], why: string): void;
}

/** See the head of the file. */
export interface Life {
  readonly post: Link["post"];
  /** `; ` and what a kill leaves behind, if anything. */
  readonly leaves: string;
  /** Those of the contract's methods that it has; undefined until it has started, and in its close. */
  methods: readonly string[] | undefined;
  /** Whether it was ended; after that only its log lines are used. */
  isOver: boolean;
  /** Kills it. */
  end(): Promise<void>;
}

/** One line of a log stays one line: a plugin cannot forge other lines. */
// deno-lint-ignore no-control-regex -- control characters are what is replaced
const lineBreaks = /[\x00-\x1f\x7f\u2028\u2029]+/g;

/** Secrets first: a line break may be a part of one. */
const lineOf = (text: string, hide: Order["hide"]) => hide(text).replace(lineBreaks, " ");

/** Begins a life. Throws if no worker or process can be started. */
export function beginLife(order: Order, connect: Connect, events: LifeEvents): Life {
  const { answered, lost } = events;
  const { limits, log, onEmit, hide, hideIn } = order;
  const emitsMax = limits.emitsPerSecondMax * limits.pingMs / 1_000;
  const logLinesMax = limits.logLinesPerSecondMax * limits.pingMs / 1_000;
  let [emits, logLines, pingsMissed] = [0, 0, 0];
  const link = connect(order, {
    message: take,
    ended: (why) => lost("died", hide(why)),
    flooded: (why) => lost("flooded", why),
  });
  const pings = setInterval(ping, limits.pingMs);
  const life: Life = {
    post: link.post,
    leaves: link.leaves === undefined ? "" : `; ${link.leaves}`,
    methods: undefined,
    isOver: false,
    async end() {
      life.isOver = true;
      clearInterval(pings);
      await link.end();
    },
  };
  return life;

  function take(input: unknown): void {
    const message = fromPlugin(input);
    if (life.isOver && message?.type !== "log") return; // its last log lines are still useful
    if (message === undefined) return lost("died", "it broke the protocol");
    switch (message.type) {
      case "died":
        return lost("died", hide(`uncaught ${message.error.name}: ${message.error.message}`));
      case "emit":
        if (++emits <= emitsMax) return onEmit(hideIn(message.event));
        return lost("flooded", `more than ${limits.emitsPerSecondMax} upcalls in a second`);
      case "log":
        if (++logLines <= logLinesMax) log(message.level, lineOf(message.text, hide));
        return;
      default: // it responds
        pingsMissed = 0;
        if (message.type !== "pong") answered(message);
    }
  }

  function ping(): void {
    const dropped = logLines - logLinesMax;
    if (dropped > 0) log("warning", `${dropped} lines of its log were dropped`);
    [emits, logLines] = [0, 0];
    if (life.methods === undefined) return; // a start and a close have deadlines
    if (pingsMissed >= limits.pingsMissedMax) {
      return lost("hung", `it answered none of ${pingsMissed} pings${life.leaves}`);
    }
    pingsMissed++;
    try {
      link.post({ type: "ping" });
    } catch (error) {
      lost("hung", messageOf(error));
    }
  }
}
