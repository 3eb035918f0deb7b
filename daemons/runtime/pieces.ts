/**
 * Cuts a long text into what fits in one packet of the heartbeat layer, and puts it together again.
 *
 * @module
 */
import type { Json } from "./messages.ts";
import { integer, object, Refusal, text } from "./reader.ts";

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
 * other are dropped: the sender repeats what matters.
 */
export function join(
  waiting: Map<string, Unfinished>,
  node: string,
  body: Json,
): string | undefined {
  const said = piece(body);
  if (said instanceof Refusal) return undefined;
  const { at, of, part } = said;
  let unfinished = waiting.get(node);
  if (at === 0) waiting.set(node, unfinished = { next: 0, text: [], characters: 0 });
  if (unfinished === undefined) return undefined;
  unfinished.characters += part.length;
  if (unfinished.next !== at || unfinished.characters > textCharactersMax) {
    waiting.delete(node);
    return undefined;
  }
  unfinished.text.push(part);
  if (++unfinished.next < of) return undefined;
  waiting.delete(node);
  return unfinished.text.join("");
}
