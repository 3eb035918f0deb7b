/**
 * The messages of transition engines to a node's crmd, its answers, and the messages between crmds
 * of different nodes (in pieces inside `peer` messages).
 *
 * @module
 */
import { operation, result, resultsMax } from "../lrmd/protocol.ts";
import { action } from "../pengine/protocol.ts";
import type { Message } from "../runtime/messages.ts";
import type { Rules } from "../runtime/protocol.ts";
import {
  count,
  id,
  list,
  name,
  object,
  oneOf,
  type Reader,
  sorts,
  text,
  yesOrNo,
} from "../runtime/reader.ts";
import { reasonCharactersMax } from "./configuration.ts";
import { ordersMax } from "./limits.ts";
import type { PeerMessage } from "./state.ts";

/** Characters of an error at most. */
const errorCharactersMax = 64 * 1024;
const errorBytesMax = 512 * 1024;
/** Bytes of an order: one action with its parameters. */
const orderBytesMax = 4 * 1024 * 1024;

type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/** Types of messages to and from crmd. */
export type CrmdType = "crmd/perform" | "crmd/fenced" | "crmd/performed";

/** Reads what another node's crmd says. */
export const readPeer: Reader<PeerMessage> = sorts<PeerMessage>("type", {
  join: object({
    type: oneOf("join"),
    view: count,
    number: count,
    underway: list(operation, ordersMax + resultsMax),
  }, { results: list(result, resultsMax) }),
  joined: object({ type: oneOf("joined"), view: count, number: count }),
  fenced: object({ type: oneOf("fenced"), view: count, node: name, incarnation: id }),
  good: object({ type: oneOf("good"), view: count, digest: id }),
  poison: object({
    type: oneOf("poison"),
    view: count,
    digest: id,
    why: text(reasonCharactersMax),
  }),
  tell: object({ type: oneOf("tell"), view: count }),
});

/** The rules. */
export const crmdRules: Rules<Of<CrmdType>> = {
  "crmd/perform": {
    from: ["tengine@peer"],
    to: ["crmd"],
    read: object({ type: oneOf("crmd/perform"), view: count, key: id, action }),
    bytesMax: orderBytesMax,
  },
  "crmd/fenced": {
    from: ["tengine"],
    to: ["crmd"],
    read: object({ type: oneOf("crmd/fenced"), key: id, node: name }, { incarnation: id }),
  },
  "crmd/performed": {
    from: ["crmd@peer"],
    to: ["tengine"],
    read: object({ type: oneOf("crmd/performed"), key: id, ok: yesOrNo }, {
      error: text(errorCharactersMax),
    }),
    bytesMax: errorBytesMax,
  },
};
