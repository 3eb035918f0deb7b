/**
 * A message on its way: bytes of JSON that nobody but its receiver reads. Whoever only passes it on,
 * as heartbeat does, neither parses it nor writes it anew.
 *
 * @module
 */
import type { Message } from "./messages.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** The bytes of a message. */
export function jsonOf(message: Message): Uint8Array {
  return message.type === "unread" && message.json instanceof Uint8Array
    ? message.json
    : encoder.encode(JSON.stringify(message));
}

/**
 * The message, read if it was not. Only the outermost shape is looked at: the machine that it is for
 * knows the union.
 *
 * @throws {SyntaxError | TypeError} if the bytes are no message.
 */
export function opened(message: Message): Message {
  if (message.type !== "unread") return message;
  const value: unknown = JSON.parse(decoder.decode(message.json));
  if (isMessage(value)) return value;
  throw new TypeError("this is JSON, but no message");
}

function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && "type" in value &&
    typeof value.type === "string" && value.type !== "unread";
}
