/**
 * A message on its way: bytes of JSON that nobody but its receiver reads. Whoever only passes it on,
 * as heartbeat does, neither parses it nor writes it anew.
 *
 * @module
 */
import type { Message } from "./messages.ts";

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true });
/** Takes a third of the time of the strict one, and says by U+FFFD where something may be wrong. */
const lenient = new TextDecoder();

/** Bytes of a sheet on which messages are written side by side. */
const sheetBytes = 64 * 1024;
/** Messages of more characters have bytes of their own. */
const sharedCharactersMax = 4 * 1024;
let sheet = new Uint8Array(sheetBytes);
let sheetUsed = 0;

/** The bytes of a message, not to be changed. */
export function jsonOf(message: Message): Uint8Array {
  return message.type === "unread" && message.json instanceof Uint8Array
    ? message.json
    : bytesOf(JSON.stringify(message));
}

/** To allocate bytes for each short text would take longer than to write it. */
function bytesOf(text: string): Uint8Array {
  if (text.length > sharedCharactersMax) return encoder.encode(text);
  // Three bytes for each unit is the most that UTF-8 takes.
  if (sheetUsed + 3 * text.length > sheetBytes) {
    sheet = new Uint8Array(sheetBytes);
    sheetUsed = 0;
  }
  const start = sheetUsed;
  sheetUsed += encoder.encodeInto(text, sheet.subarray(start)).written;
  return sheet.subarray(start, sheetUsed);
}

function textOf(bytes: Uint8Array): string {
  const text = lenient.decode(bytes);
  return text.includes("\ufffd") ? strict.decode(bytes) : text;
}

/**
 * The message, read if it was not. Only the outermost shape is looked at: the machine that it is for
 * knows the union.
 *
 * @throws {SyntaxError | TypeError} if the bytes are no message.
 */
export function opened(message: Message): Message {
  if (message.type !== "unread") return message;
  const value: unknown = JSON.parse(textOf(message.json));
  if (isMessage(value)) return value;
  throw new TypeError("this is JSON, but no message");
}

function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && "type" in value &&
    typeof value.type === "string" && value.type !== "unread";
}
