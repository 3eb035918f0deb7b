/**
 * The messages to a node's history of the configuration, and its answers.
 *
 * @module
 */
import { readChanges, version } from "../cib/protocol.ts";
import type { Message, PastChange } from "../runtime/messages.ts";
import { largeBytesMax, type Rules } from "../runtime/protocol.ts";
import { count, id, list, object, oneOf, type Reader, writable } from "../runtime/reader.ts";
import { keptMax, textCharactersMax } from "./limits.ts";

type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/** Types of messages to and from it. */
export type HistoryType = "history/query" | "history/answer";

const text = writable(textCharactersMax);

/** One change, as it is kept and shown. */
const pastChange: Reader<PastChange> = object({ version }, {
  at: text,
  user: text,
  command: text,
  reason: text,
  changes: readChanges,
  inverse: readChanges,
  left: oneOf("too large", "away"),
});

/** Reads one of an earlier life: the change, and its place among all that this node has kept. */
export const readKept: Reader<{ readonly number: number; readonly change: PastChange }> = object({
  number: count,
  change: pastChange,
});

/** The rules. */
export const historyRules: Rules<Of<HistoryType>> = {
  "history/query": {
    from: ["node", "client", "user"],
    to: ["history"],
    read: object({ type: oneOf("history/query"), id }, { epoch: count }),
  },
  "history/answer": {
    from: ["history"],
    read: object({ type: oneOf("history/answer"), id, changes: list(pastChange, keptMax) }),
    bytesMax: largeBytesMax,
  },
};
