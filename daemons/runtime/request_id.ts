/**
 * The id of a request that is not taken: who asked learns by it which of its requests was refused.
 *
 * What is refused may be no JSON, too deep or too large. So it is not parsed: the id is looked for at
 * both ends of the bytes, where the writers of requests put it.
 *
 * @module
 */
import { idCharactersMax } from "./reader.ts";
import type { Message } from "./messages.ts";

/** Bytes at each end of a request in which its id is looked for. */
const endBytesMax = 8 * 1024;

const decoder = new TextDecoder();

/** A member of the request itself, behind its type, and in front of the end. */
const behindType = /^\{"type":"[^"\\]*","id":("(?:[^"\\]|\\.)*")[,}]/s;
const beforeEnd = /,"id":("(?:[^"\\]|\\.)*")\}$/s;

/** The id of a message; undefined if it has none that can be seen. */
export function requestId(message: Message): string | undefined {
  if (message.type !== "unread") {
    return "id" in message && typeof message.id === "string" ? bounded(message.id) : undefined;
  }
  const { json } = message;
  const quoted = behindType.exec(decoder.decode(json.subarray(0, endBytesMax)))?.[1] ??
    beforeEnd.exec(decoder.decode(json.subarray(-endBytesMax)))?.[1];
  return quoted === undefined ? undefined : bounded(textOf(quoted));
}

/** The text that JSON quotes; undefined if it does not. */
function textOf(quoted: string): string | undefined {
  try {
    const text: unknown = JSON.parse(quoted);
    return typeof text === "string" ? text : undefined;
  } catch {
    return undefined;
  }
}

const bounded = (id: string | undefined): string | undefined =>
  id !== undefined && id.length <= idCharactersMax ? id : undefined;
