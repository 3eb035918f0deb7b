/**
 * Cuts a long text into what fits in one packet of the heartbeat layer, and puts it together again.
 *
 * @module
 */
import type { Json } from "./messages.ts";
import { integer, object, type Reader, Refusal, text } from "./reader.ts";
import { heardText, type Hearing, levelOf } from "./refusals.ts";

/** Characters of one piece at most. */
export const pieceCharactersMax = 48 * 1024;
/** Characters of all pieces of one text at most. */
export const textCharactersMax = 64 * 1024 * 1024;

/** Pieces of one text at most: empty ones would cost as well. */
const piecesMax = Math.ceil(textCharactersMax / pieceCharactersMax);

const piece = object({
  at: integer(0, piecesMax),
  of: integer(1, piecesMax),
  part: text(pieceCharactersMax),
});

/** Pieces of one sender that wait for the rest. */
export interface Unfinished {
  next: number;
  readonly text: string[];
  characters: number;
}

/** Cuts a text. */
export function* cut(text: string): Generator<Json> {
  const of = Math.max(1, Math.ceil(text.length / pieceCharactersMax));
  for (let at = 0; at < of; at++) {
    yield { at, of, part: text.slice(at * pieceCharactersMax, (at + 1) * pieceCharactersMax) };
  }
}

/**
 * Takes one piece; gives the whole text if it is the last of one. Pieces that do not follow each
 * other are dropped, and a refusal says which: the sender repeats what matters.
 */
export function join(
  waiting: Map<string, Unfinished>,
  node: string,
  body: Json,
): string | Refusal | undefined {
  const said = piece(body);
  if (said instanceof Refusal) return said;
  const { at, of, part } = said;
  let unfinished = waiting.get(node);
  if (at === 0) waiting.set(node, unfinished = { next: 0, text: [], characters: 0 });
  if (unfinished === undefined) return notBegun;
  unfinished.characters += part.length;
  if (unfinished.next !== at || unfinished.characters > textCharactersMax) {
    waiting.delete(node);
    return notNext;
  }
  unfinished.text.push(part);
  if (++unfinished.next < of) return undefined;
  waiting.delete(node);
  return unfinished.text.join("");
}
/** A receiver that comes into the middle of a text has missed nothing that it needs. */
const notBegun = new Refusal("the first piece of a text before this one");
const notNext = new Refusal("the next piece of the text, within its bound");

/**
 * What a machine hears in pieces from its own kind on another node: once it is whole and read;
 * undefined until then. What is not taken is counted, with a line for the log now and then.
 */
export function heardPiece<T>(
  read: Reader<T>,
  body: Json,
  from: { readonly node: string; readonly service: string },
  hearing: Hearing & { readonly unfinished: Map<string, Unfinished> },
): T | undefined {
  const { unfinished, refusals, service, at, out } = hearing;
  const text = join(unfinished, from.node, body);
  if (text === undefined) return undefined;
  if (!(text instanceof Refusal)) return heardText(read, text, from, hearing);
  const kind = text === notBegun ? "unknown" : "malformed";
  const refused = { kind, type: "a piece", why: String(text) } as const;
  const line = refusals.take(from, service, refused, at);
  if (line !== undefined) out.push({ type: "log", level: levelOf(kind), text: line });
  return undefined;
}
