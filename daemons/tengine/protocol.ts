/**
 * The messages of a node's crmd to the transition engine, and its answers.
 *
 * @module
 */
import { version } from "../cib/protocol.ts";
import { graph } from "../pengine/protocol.ts";
import type { Message } from "../runtime/messages.ts";
import { largeBytesMax, type Rules } from "../runtime/protocol.ts";
import { count, integer, object, oneOf, text, yesOrNo } from "../runtime/reader.ts";

/** Characters of a reason at most. */
const whyCharactersMax = 64 * 1024;
const whyBytesMax = 512 * 1024;

type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/** Types of messages to and from tengine. */
export type TengineType = "tengine/run" | "tengine/abort" | "tengine/done";

/** The rules. */
export const tengineRules: Rules<Of<TengineType>> = {
  "tengine/run": {
    from: ["crmd"],
    to: ["tengine"],
    read: object({ type: oneOf("tengine/run"), graph, view: count, version }),
    bytesMax: largeBytesMax,
  },
  "tengine/abort": {
    from: ["crmd"],
    to: ["tengine"],
    read: object({ type: oneOf("tengine/abort"), why: text(whyCharactersMax) }),
    bytesMax: whyBytesMax,
  },
  "tengine/done": {
    from: ["tengine"],
    to: ["crmd"],
    read: object({
      type: oneOf("tengine/done"),
      transitionId: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      complete: yesOrNo,
      why: text(whyCharactersMax),
    }, { fencingFailed: yesOrNo }),
    bytesMax: whyBytesMax,
  },
};
