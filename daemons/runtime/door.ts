/**
 * The door of a process: what comes from another process, another node or a client is looked at here
 * before a machine gets it. Size, type, sender and receiver are known before anything is parsed; then
 * depth and the number of values, then each member by the reader of its type.
 *
 * @module
 */
import { jsonTooLarge } from "../../metadata/json_bounds.ts";
import { messageOf } from "../../metadata/message_of.ts";
import type { Sender } from "./machine.ts";
import type { Message } from "./messages.ts";
import {
  depthMax,
  isClient,
  mayBeSaid,
  type Protocol,
  type Rule,
  smallBytesMax,
  speakersOf,
  valuesMax,
} from "./protocol.ts";
import { Refusal } from "./reader.ts";
import type { Refused } from "./refusals.ts";
import { isDeeper, parsed, typeOf } from "./unread.ts";

/** Somebody says something to a service of this process. */
export interface Entering {
  readonly to: string;
  readonly from: Sender;
  readonly message: Message;
}

/** What became of it. */
export type Entered = { readonly ok: true; readonly message: Message } | Refusing;

/** It is not taken. */
type Refusing = { readonly ok: false; readonly refused: Refused };

/**
 * Reads what was said, or says why it is not taken. It never throws.
 *
 * @param node the node of the receiver.
 */
export function enter(protocol: Protocol, node: string, entering: Entering): Entered {
  const { message } = entering;
  const look = lookAt(protocol, node, entering);
  if ("refused" in look) return look;
  const { type, rule } = look;
  let value: unknown = message;
  if (message.type === "unread") {
    const { json } = message;
    if (isDeeper(json, depthMax)) {
      return refuse("malformed", type, `more than ${depthMax} levels of JSON`);
    }
    const tooLarge = isFromOutside(node, entering)
      ? jsonTooLarge(json, { depthMax, valuesMax })
      : undefined;
    if (tooLarge !== undefined) return refuse("malformed", type, tooLarge);
    try {
      value = parsed(json);
    } catch (error) {
      return refuse("malformed", type, messageOf(error).slice(0, 200));
    }
  }
  const read = rule.read(value);
  return read instanceof Refusal
    ? refuse("malformed", type, String(read))
    : { ok: true, message: read };
}

/** Whether it may hold more than it is believed to: each value takes a byte or more. */
const isFromOutside = (node: string, { from, message }: Entering): boolean =>
  (from.node !== node || isClient(from.service)) && message.type === "unread" &&
  message.json.length > valuesMax;

/** Why the door of its receiver would not take it, as far as can be seen without reading it. */
export function mayPass(
  protocol: Protocol,
  node: string,
  entering: Entering,
): Refused | undefined {
  const look = lookAt(protocol, node, entering);
  return "refused" in look ? look.refused : undefined;
}

/** Type, sender, receiver and size; nothing is parsed. */
function lookAt(
  protocol: Protocol,
  node: string,
  { to, from, message }: Entering,
): { readonly type: string; readonly rule: Rule } | Refusing {
  const type = message.type === "unread" ? typeOf(message.json) : message.type;
  if (type === undefined) {
    return refuse("malformed", "", 'it does not begin with {"type":"..."}');
  }
  const rule = protocol.get(type);
  if (rule === undefined) {
    return refuse("unknown", type, "this version has no message of this type");
  }
  const limited = from.user !== undefined;
  if (!mayBeSaid(rule, { from: from.service, here: from.node === node, to, limited })) {
    return refuse("misdirected", type, `only ${speakersOf(rule)} may send it`);
  }
  if (rule.to !== undefined && !rule.to.includes(to) && !isClient(to)) {
    return refuse("misdirected", type, `only ${rule.to.join(" or ")} takes it`);
  }
  const { bytesMax = smallBytesMax } = rule;
  if (message.type === "unread" && message.json.length > bytesMax) {
    return refuse("malformed", type, `${message.json.length} bytes; limit ${bytesMax}`);
  }
  return { type, rule };
}

const refuse = (kind: Refused["kind"], type: string, why: string): Refusing => ({
  ok: false,
  refused: { kind, type, why },
});
