/**
 * The messages that belong to no daemon: how services are looked at, and what each says to itself on
 * other nodes.
 *
 * @module
 */
import type { Json, Message } from "./messages.ts";
import type { Rules } from "./protocol.ts";
import { readRequestRefused } from "./request_refused.ts";
import { anything, id, object, oneOf, type Reader } from "./reader.ts";

/** Bytes of a message between machines of one service at most. */
const peerBytesMax = 4 * 1024 * 1024;
/** Bytes of a status at most, and its levels. */
const statusBytesMax = 4 * 1024 * 1024;
const statusLevelsMax = 32;

/** Its service's own reader looks at it (`peer.ts`, `protocol.ts` in the daemon's folder). */
const opaque: Reader<Json> = anything(statusLevelsMax);

/** Types of messages that the runtime knows itself. */
export type RuntimeType = "status/query" | "status/answer" | "refused" | "peer";

/** Their rules. */
export const runtimeRules: Rules<Extract<Message, { readonly type: RuntimeType }>> = {
  "status/query": {
    from: ["client", "node"],
    read: object({ type: oneOf("status/query"), id }),
  },
  "status/answer": {
    from: ["node"],
    read: object({ type: oneOf("status/answer"), id, status: opaque }),
    bytesMax: statusBytesMax,
  },
  "refused": { from: ["node"], read: readRequestRefused },
  "peer": {
    from: ["same@peer"],
    read: object({ type: oneOf("peer"), body: opaque }),
    bytesMax: peerBytesMax,
  },
};
