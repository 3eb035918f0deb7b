/**
 * The messages to and from `logd`: its levels.
 *
 * @module
 */
import type { Message } from "../runtime/messages.ts";
import type { Rules } from "../runtime/protocol.ts";
import { count, id, name, object, oneOf, record } from "../runtime/reader.ts";
import { levelsMax } from "../runtime/logging/wire.ts";

type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/** Types of messages to and from it. */
export type LogdType = "logd/level" | "logd/levels";

/** The rules. */
export const logdRules: Rules<Of<LogdType>> = {
  "logd/level": {
    from: ["client"],
    to: ["logd"],
    read: object({ type: oneOf("logd/level"), id }, {
      level: oneOf("crit", "err", "warning", "notice", "info", "debug"),
      service: name,
    }),
  },
  "logd/levels": {
    from: ["logd"],
    read: object({ type: oneOf("logd/levels"), id, all: count, of: record(count, levelsMax) }),
  },
};
