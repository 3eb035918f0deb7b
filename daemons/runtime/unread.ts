/**
 * A message on its way: bytes of JSON that only its receiver reads: a process that passes it on, as
 * heartbeat does, neither parses it nor writes it again.
 *
 * @module
 */
import type { JsonBounds } from "../../metadata/json_bounds.ts";
import type { Message } from "./messages.ts";

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true });
/** Takes a third of the time of the strict one, and says by U+FFFD where something may be wrong. */
const lenient = new TextDecoder();

/** Bytes of a sheet on which messages are written side by side. */
const sheetBytes = 64 * 1024;
/** Messages of more characters have bytes of their own. */
const sharedCharactersMax = 4 * 1024;

/** The bytes of a message, not to be changed. */
export function jsonOf(message: Message): Uint8Array {
  return message.type === "unread" && message.json instanceof Uint8Array
    ? message.json
    : bytesOf(JSON.stringify(message));
}

/** To allocate bytes for each short text would take longer than to write it. */
const bytesOf = onSheets();

/** Texts as bytes, on sheets of which nothing that was given away is written again. */
function onSheets(): (text: string) => Uint8Array {
  let sheet = new Uint8Array(sheetBytes);
  let used = 0;
  return (text) => {
    if (text.length > sharedCharactersMax) return encoder.encode(text);
    // Three bytes for each unit is the most that UTF-8 takes.
    if (used + 3 * text.length > sheetBytes) {
      sheet = new Uint8Array(sheetBytes);
      used = 0;
    }
    const start = used;
    used += encoder.encodeInto(text, sheet.subarray(start)).written;
    return sheet.subarray(start, used);
  };
}

function textOf(bytes: Uint8Array): string {
  const text = lenient.decode(bytes);
  return text.includes("\ufffd") ? strict.decode(bytes) : text;
}

/** How each message begins: our writer puts its type first. */
const head = new TextEncoder().encode('{"type":"');
/** Characters of a type at most. */
const typeCharactersMax = 64;
const [quote, comma, colon] = [0x22, 0x2c, 0x3a];

/** The type of a message, without parsing it; undefined if it does not begin as a message does. */
export function typeOf(json: Uint8Array): string | undefined {
  for (let i = 0; i < head.length; i++) if (json[i] !== head[i]) return undefined;
  let type = "";
  for (let i = head.length; i < head.length + typeCharactersMax; i++) {
    const byte = json[i];
    if (byte === quote) return type;
    // Types are words of ASCII; what is escaped is none.
    if (byte === undefined || byte < 0x20 || byte > 0x7e || byte === 0x5c) return undefined;
    type += String.fromCharCode(byte);
  }
  return undefined;
}

/** Whether JSON has more levels than so many. It need not be JSON. */
export function isDeeper(json: Uint8Array, levelsMax: number): boolean {
  if (opensAtMost(json, levelsMax)) return false;
  let depth = 0;
  let inText = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (inText) {
      if (byte === 0x5c) i++;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > levelsMax) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return false;
}

/** Why a text of JSON is not parsed, as `jsonTooLarge` has it of bytes; undefined: it may be. */
export function textTooLarge(
  text: string,
  { depthMax, valuesMax }: JsonBounds,
): string | undefined {
  let [depth, values] = [0, 0];
  let inText = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (inText) {
      if (unit === 0x5c) i++;
      else if (unit === quote) inText = false;
      continue;
    }
    const opens = unit === 0x5b || unit === 0x7b;
    if (unit === quote) inText = true;
    else if (unit === 0x5d || unit === 0x7d) depth--;
    else if (opens && ++depth > depthMax) return `it is nested more than ${depthMax} deep`;
    if (!opens && unit !== comma && unit !== colon) continue;
    if (++values > valuesMax) return `it holds more than ${valuesMax} values`;
  }
  return undefined;
}

/** Whether so few brackets open that it cannot be deeper: nearly always, and quickly seen. */
function opensAtMost(json: Uint8Array, levelsMax: number): boolean {
  let opened = 0;
  for (const bracket of [0x5b, 0x7b]) {
    for (let at = json.indexOf(bracket); at >= 0; at = json.indexOf(bracket, at + 1)) {
      if (++opened > levelsMax) return false;
    }
  }
  return true;
}

/**
 * The value that the bytes of JSON say.
 *
 * @throws {SyntaxError | TypeError} if they are no JSON, or no UTF-8.
 */
export const parsed = (json: Uint8Array): unknown => JSON.parse(textOf(json));

/**
 * The message, read if it was not. Only the outermost shape is looked at: it is for what comes from
 * this very process, and for programs that are no daemons. Messages to machines go through
 * `door.ts`.
 *
 * @throws {SyntaxError | TypeError} if the bytes are no message.
 */
export function opened(message: Message): Message {
  if (message.type !== "unread") return message;
  const value = parsed(message.json);
  if (isMessage(value)) return value;
  throw new TypeError("this is JSON, but no message");
}

function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && "type" in value &&
    typeof value.type === "string" && value.type !== "unread";
}
