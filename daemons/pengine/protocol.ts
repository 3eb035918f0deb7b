/**
 * What the policy engine is asked, and what it answers: a transition graph, read member by member.
 *
 * @module
 */
import type { Message } from "../runtime/messages.ts";
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
import type { Synapse, TransitionAction, TransitionGraph } from "../runtime/transition.ts";

/** Characters of a CIB at most. */
const cibCharactersMax = largeBytesMax;
/** Attributes of one action at most, and characters of each. */
const attributesMax = 1024;
const attributeCharactersMax = 1024 * 1024;
/** Actions of one graph at most. */
const actionsMax = 1_048_576;
/** Nodes that one action concerns at most. */
const nodesMax = 4096;
/** Findings at most, and characters of each, or of an error. */
const findingsMax = 65_536;
const findingCharactersMax = 64 * 1024;

type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/** Types of messages to and from the policy engine. */
export type PengineType = "pengine/schedule" | "pengine/transition";

/** One action of a transition. */
export const action: Reader<TransitionAction> = object({
  id: count,
  kind: oneOf("rsc_op", "crm_event", "pseudo_event"),
  task: id,
  operationKey: id,
  attributes: record(writable(attributeCharactersMax), attributesMax),
  canFail: yesOrNo,
}, {
  internalOperationKey: id,
  onNode: id,
  onNodeUuid: id,
  routerNode: id,
  resource: object({ id, class: name, type: name }, { longId: id, provider: name }),
  downed: list(id, nodesMax),
  maintenance: list(object({ id, maintenance: id }), nodesMax),
  mode: oneOf("cib"),
});

const synapse: Reader<Synapse> = object(
  { id: count, action, inputs: list(count, actionsMax) },
  { priority: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) },
);

/** A whole transition. */
export const graph: Reader<TransitionGraph> = object({
  transitionId: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  clusterDelayMs: durationMs,
  stonithTimeoutMs: durationMs,
  failedStartOffset: id,
  failedStopOffset: id,
  batchLimit: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  synapses: list(synapse, actionsMax),
}, {
  spelling: object({ clusterDelay: id, stonithTimeout: id }),
  migrationLimit: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  recheckBy: timeS,
  absent: list(action, actionsMax),
});

/** The rules. */
export const pengineRules: Rules<Of<PengineType>> = {
  "pengine/schedule": {
    from: ["crmd"],
    to: ["pengine"],
    read: object({ type: oneOf("pengine/schedule"), id, cib: text(cibCharactersMax), nowS: timeS }),
    bytesMax: largeBytesMax,
  },
  "pengine/transition": {
    from: ["pengine"],
    to: ["crmd"],
    read: object({ type: oneOf("pengine/transition"), id }, {
      graph,
      findings: list(text(findingCharactersMax), findingsMax),
      standing: object({ delayMs: durationMs, side: oneOf("higher", "lower", "equal") }),
      error: text(findingCharactersMax),
      hung: yesOrNo,
    }),
    bytesMax: largeBytesMax,
  },
};
