/**
 * The messages to the local resource manager, and its answers. Its crmd gives orders; programs of
 * this node may ask what it knows.
 *
 * @module
 */
import type { AgentName, LrmOperation, LrmResult, Message } from "../runtime/messages.ts";
import { largeBytesMax, type Rules } from "../runtime/protocol.ts";
import {
  count,
  durationMs,
  id,
  integer,
  list,
  name,
  object,
  oneOf,
  type Reader,
  record,
  text,
  timeS,
  writable,
  yesOrNo,
} from "../runtime/reader.ts";

/** `LrmResult.status` of an operation that was taken back before it began, in Pacemaker's numbering. */
export const cancelledStatus = 1;
/** The same of one whose secrets are missing on this node: another node may run the resource. */
export const noSecretsStatus = 11;

/** Parameters of one operation at most, and characters of each. */
const parametersMax = 1024;
const parameterCharactersMax = 1024 * 1024;
/** Characters of what an agent said, at most. */
const outputCharactersMax = 64 * 1024;
/** Characters of the reason that it gives. */
export const reasonCharactersMax = 1_024;
/** Results of one node at most: the last of each operation of each resource. */
export const resultsMax = 262_144;
/** Bytes of a message with one operation. */
const operationBytesMax = 4 * 1024 * 1024;
/** Characters of an agent's meta-data at most. */
export const metaDataCharactersMax = 256 * 1024;
/** Bytes of a message with meta-data: each character may take six in JSON. */
const metaDataBytesMax = 2 * 1024 * 1024;

type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/** Types of messages to and from lrmd. */
export type LrmType =
  | "lrm/execute"
  | "lrm/result"
  | "lrm/cancel"
  | "lrm/cancelled"
  | "lrm/forget"
  | "lrm/forgotten"
  | "lrm/query"
  | "lrm/restore"
  | "lrm/state"
  | "lrm/describe"
  | "lrm/described";

const agent: Reader<AgentName> = object({ class: name, type: name }, { provider: name });

/** An operation. */
export const operation: Reader<LrmOperation> = object({
  resource: id,
  agent,
  action: name,
  intervalMs: durationMs,
  timeoutMs: durationMs,
  startDelayMs: durationMs,
  parameters: record(writable(parameterCharactersMax), parametersMax),
  transitionKey: id,
});

/** A result. */
export const result: Reader<LrmResult> = object({
  operation,
  callId: count,
  rc: integer(0, 255),
  status: integer(-1, 15),
  execMs: durationMs,
  queueMs: durationMs,
  lastRunS: timeS,
  lastChangeS: timeS,
  output: text(outputCharactersMax),
}, { reason: text(reasonCharactersMax) });

/** The rules. */
export const lrmRules: Rules<Of<LrmType>> = {
  "lrm/execute": {
    from: ["crmd"],
    to: ["lrmd"],
    read: object({ type: oneOf("lrm/execute"), id, operation }),
    bytesMax: operationBytesMax,
  },
  "lrm/result": {
    from: ["lrmd"],
    to: ["crmd"],
    read: object({ type: oneOf("lrm/result"), result }, { id }),
    bytesMax: operationBytesMax,
  },
  "lrm/cancel": {
    from: ["crmd"],
    to: ["lrmd"],
    read: object({
      type: oneOf("lrm/cancel"),
      id,
      resource: id,
      action: name,
      intervalMs: durationMs,
    }),
  },
  "lrm/cancelled": {
    from: ["lrmd"],
    to: ["crmd"],
    read: object({ type: oneOf("lrm/cancelled"), id, found: yesOrNo }),
  },
  "lrm/forget": {
    from: ["crmd"],
    to: ["lrmd"],
    read: object({ type: oneOf("lrm/forget"), id, resource: id }),
  },
  "lrm/forgotten": {
    from: ["lrmd"],
    to: ["crmd"],
    read: object({ type: oneOf("lrm/forgotten"), id }),
  },
  "lrm/query": {
    from: ["crmd", "client"],
    to: ["lrmd"],
    read: object({ type: oneOf("lrm/query"), id }),
  },
  "lrm/restore": {
    from: ["crmd"],
    to: ["lrmd"],
    read: object({ type: oneOf("lrm/restore"), results: list(result, resultsMax) }),
    bytesMax: largeBytesMax,
  },
  "lrm/state": {
    from: ["lrmd"],
    to: ["crmd"],
    read: object({ type: oneOf("lrm/state"), id, results: list(result, resultsMax) }),
    bytesMax: largeBytesMax,
  },
  "lrm/describe": {
    from: ["cib", "crmd", "client"],
    to: ["lrmd"],
    read: object({ type: oneOf("lrm/describe"), id, agent }),
  },
  "lrm/described": {
    from: ["lrmd"],
    read: object({ type: oneOf("lrm/described"), id }, { metaData: text(metaDataCharactersMax) }),
    bytesMax: metaDataBytesMax,
  },
};
