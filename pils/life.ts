/**
 * One life of an isolated plugin, from a start to its end; a restart is the next life. Here what it
 * says is looked at and counted, and it is pinged. It knows neither workers nor processes, only a
 * `Link`.
 *
 * @module
 */
import { messageOf } from "../metadata/message_of.ts";
import type { PluginFault } from "./loader_types.ts";
import { type FromPlugin, fromPlugin, type ToPlugin } from "./message.ts";
import type { Order } from "./running.ts";

/** One running worker or process. */
export interface Link {
  /** Sends in order. Throws if the message cannot cross or too much is waiting. */
  post(message: ToPlugin): void;
  /** Ends it by force; resolves when it is gone, as far as that can be. */
  end(): Promise<void>;
  /** What a forced end leaves behind, for the log; nothing if it leaves nothing. */
  readonly leaves?: string;
}

/** What a link tells, never before it was returned. What follows `ended` is not believed. */
export interface LinkEvents {
  message(message: unknown): void;
  /** It is gone, or speaks no sense and must go. */
  ended(why: string): void;
  /** It says more than its daemon can read, and must go. */
  flooded(why: string): void;
}

/** Starts a worker or a process for a plugin. */
export type Connect = (order: Order, events: LinkEvents) => Link;

/** An answer of the plugin. */
export type Answer = FromPlugin & { readonly type: "value" | "error" };

/** What a life tells. */
export interface LifeEvents {
  answered(answer: Answer): void;
  /** It cannot go on, and is to be ended if it was not yet. */
  lost(what: PluginFault["what"], why: string): void;
}

/** See the head of the file. */
export interface Life {
  readonly post: Link["post"];
  /** `; ` and what a forced end leaves behind, if it leaves anything. */
  readonly leaves: string;
  /** Those of the contract's methods that it has; undefined until it has started, and in its close. */
  methods: readonly string[] | undefined;
  /** Whether it was ended; of what it says then nothing but its log is taken. */
  isOver: boolean;
  /** Ends it by force. */
  end(): Promise<void>;
}

/** One line of a log stays one line: no plugin writes those of others. */
// deno-lint-ignore no-control-regex -- control characters are what is replaced
const lineBreaks = /[\x00-\x1f\x7f\u2028\u2029]+/g;

/** Begins a life. Throws if there cannot even be a worker or a process. */
export function beginLife(order: Order, connect: Connect, events: LifeEvents): Life {
  const { limits, log, onEmit, hide, hideIn } = order;
  const emitsMax = limits.emitsPerSecondMax * limits.pingMs / 1_000;
  const logLinesMax = limits.logLinesPerSecondMax * limits.pingMs / 1_000;
  let [emits, logLines, pingsMissed] = [0, 0, 0];
  const { answered, lost } = events;

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
    if (life.isOver && message?.type !== "log") return; // its last words are still worth reading
    switch (message?.type) {
      case undefined:
        return lost("died", "it broke the protocol");
      case "value":
      case "error":
        pingsMissed = 0;
        return answered(message);
      case "died":
        return lost("died", hide(`uncaught ${message.error.name}: ${message.error.message}`));
      case "pong":
        pingsMissed = 0;
        return;
      case "emit":
        if (++emits <= emitsMax) return onEmit(hideIn(message.event));
        return lost("flooded", `more than ${limits.emitsPerSecondMax} upcalls in a second`);
      case "log":
        if (++logLines > logLinesMax) return;
        // Secrets first: a line break may be a part of one.
        log(message.level, hide(message.text).replace(lineBreaks, " "));
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
