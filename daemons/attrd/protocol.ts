/**
 * The messages to a node's attrd, its answers, and the messages between attrds of different nodes (in
 * pieces inside `peer` messages).
 *
 * @module
 */
import type { AttributeUpdate, AttributeValue, Message } from "../runtime/messages.ts";
import { largeBytesMax, type Rules } from "../runtime/protocol.ts";
import {
  count,
  id,
  integer,
  list,
  name,
  nodesMax,
  object,
  oneOf,
  type Reader,
  record,
  Refusal,
  sorts,
  writable,
  yesOrNo,
} from "../runtime/reader.ts";
import { attributesMax, dampenMsMax, nameBytesMax, valueBytesMax } from "./limits.ts";
import type { Attribute, PeerMessage } from "./state.ts";

export { nameBytesMax };

/** Characters of an error at most. */
const errorCharactersMax = 2_048;

type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/** Types of messages to and from attrd. */
export type AttrdType =
  | "attrd/update"
  | "attrd/clear"
  | "attrd/updated"
  | "attrd/query"
  | "attrd/values";

/** Text that is not longer in UTF-8 either. */
function bytes(bytesMin: number, bytesMax: number): Reader<string> {
  const read = writable(bytesMax);
  const wrong = new Refusal(
    `text of ${bytesMin} to ${bytesMax} bytes, without control characters`,
  );
  return (value) => {
    const text = read(value);
    if (typeof text !== "string") return wrong;
    const { length } = new TextEncoder().encode(text);
    return length >= bytesMin && length <= bytesMax ? text : wrong;
  };
}

/** No message can hold a value under that name. */
const noName = "__proto__";
const anyName = bytes(1, nameBytesMax);
const attributeName: Reader<string> = (given) =>
  given === noName ? new Refusal(`another name than ${noName}`) : anyName(given);
const value = bytes(0, valueBytesMax);
/** An id of XML: letters, digits, `_`, `-`, `.`. */
const set: Reader<string> = (given) => {
  const text = name(given);
  return typeof text === "string" && /^[A-Za-z_][\w.-]*$/.test(text)
    ? text
    : new Refusal("an id: a letter or _, then letters, digits, _, - or .");
};
const dampenMs = integer(0, dampenMsMax);
const lifetime = oneOf("reboot", "forever", "utilization");

const update: Reader<AttributeUpdate> = object({
  change: oneOf("set", "both", "dampen", "delete"),
  name: attributeName,
  lifetime,
}, { value, node: name, dampenMs, set, private: yesOrNo });

const attribute: Reader<Attribute> = object(
  { value, dampenMs, private: yesOrNo },
  { set },
);
const values = record(attribute, attributesMax);

/** Reads the attributes that an earlier life of this daemon has saved. */
export const readSaved = object({
  generation: count,
  values,
  deleted: list(object({ name: attributeName, dampenMs }, { set }), attributesMax),
});

const updated: Reader<Of<"attrd/updated">> = object(
  { type: oneOf("attrd/updated"), id, ok: yesOrNo },
  {
    error: writable(errorCharactersMax),
    why: oneOf("refused", "no such node", "no such attribute", "busy", "timeout"),
  },
);
const asksUpdate: Reader<Of<"attrd/update">> = object({
  type: oneOf("attrd/update"),
  id,
  update,
});
const asksClear: Reader<Of<"attrd/clear">> = object({ type: oneOf("attrd/clear"), id }, {
  node: name,
});

/** Reads what another node's attrd says. */
export const readPeer: Reader<PeerMessage> = sorts<PeerMessage>("type", {
  ask: object({ type: oneOf("ask") }, { life: id, serial: count }),
  all: object({ type: oneOf("all"), life: id, serial: count, values }),
  changed: object({
    type: oneOf("changed"),
    life: id,
    from: count,
    serial: count,
    values,
    deleted: list(attributeName, attributesMax),
  }),
  "attrd/update": asksUpdate,
  "attrd/clear": asksClear,
  "attrd/updated": updated,
});

const told: Reader<AttributeValue> = object(
  { node: name, name: writable(1024), value: writable(largeBytesMax) },
  { set: writable(1024), private: yesOrNo },
);

/** The rules. */
export const attrdRules: Rules<Of<AttrdType>> = {
  "attrd/update": { from: ["node", "client"], to: ["attrd"], read: asksUpdate },
  "attrd/clear": { from: ["node", "client"], to: ["attrd"], read: asksClear },
  "attrd/updated": { from: ["attrd"], read: updated },
  "attrd/query": {
    from: ["node", "client"],
    to: ["attrd"],
    read: object({ type: oneOf("attrd/query"), id, lifetime }, {
      name: writable(nameBytesMax),
      node: name,
    }),
  },
  "attrd/values": {
    from: ["attrd"],
    read: object({
      type: oneOf("attrd/values"),
      id,
      node: name,
      values: list(told, nodesMax * attributesMax),
    }),
    bytesMax: largeBytesMax,
  },
};
