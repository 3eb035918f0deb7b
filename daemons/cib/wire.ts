/**
 * What the copies of the CIB on different nodes say to each other, inside `peer` messages.
 *
 * A message that is too long for one packet of the heartbeat layer travels in pieces, which is
 * nobody's business but this file's.
 *
 * @module
 */
import type { CibChange, CibVersion, Json } from "../messages.ts";

/** One write of one client: changes that take effect together. */
export interface Write {
  /** Unique in the life of the cluster: a write that is sent twice takes effect once. */
  readonly id: string;
  readonly changes: readonly CibChange[];
}

/** One step of the CIB's history: some writes that are stored, and become visible, together. */
export interface Entry {
  /** Rises with every coordinator; of two histories the one with the higher term counts. */
  readonly term: number;
  /** Rises by one with each entry. */
  readonly index: number;
  /** Digest of the document before. */
  readonly base: string;
  /** Digest of the document after. */
  readonly after: string;
  readonly writes: readonly Write[];
}

/** How far a copy has come. */
export interface Stamp {
  readonly term: number;
  readonly index: number;
  readonly digest: string;
}

/** What a member tells the coordinator of a new view. */
export type Report =
  /** The last thing on its disk, whether or not it was ever acknowledged to anybody. */
  | {
    readonly type: "copy";
    readonly tip: Stamp;
    /** How many nodes that document configures. */
    readonly nodes: number;
  }
  /** It never had a copy. */
  | { readonly type: "empty" }
  /** What is on its disk is damaged; it held nothing beyond `index`, where that is known. */
  | { readonly type: "corrupt"; readonly index?: number };

/** Everything that one copy says to another. `view` is the epoch of the view in which it is said. */
export type PeerMessage =
  /** To the coordinator: what I have. */
  | { readonly type: "report"; readonly view: number; readonly report: Report }
  /** From the coordinator: say again what you have. */
  | { readonly type: "ask"; readonly view: number }
  /** From the coordinator, whose copy is older: send me yours. */
  | { readonly type: "fetch"; readonly view: number }
  /** A whole document, as `journal.ts` writes it to disk. */
  | { readonly type: "install"; readonly view: number; readonly text: string }
  /** From the coordinator: put this on disk and say so. */
  | { readonly type: "prepare"; readonly view: number; readonly entry: Entry }
  /** It is on my disk. */
  | { readonly type: "prepared"; readonly view: number; readonly index: number }
  /** I cannot: what I have is not what the entry builds on. */
  | { readonly type: "diverged"; readonly view: number; readonly index: number }
  /** Every member has it on disk: show it. */
  | { readonly type: "commit"; readonly view: number; readonly index: number }
  /** To the coordinator: a client of mine wants this. */
  | { readonly type: "apply"; readonly view: number; readonly write: Write }
  | {
    readonly type: "applied";
    readonly id: string;
    readonly ok: boolean;
    readonly version?: CibVersion;
    readonly error?: string;
  };

/** Characters of one `peer` message at most. */
export const pieceCharactersMax = 48 * 1024;
/** Characters of all pieces of one message at most. */
export const messageCharactersMax = 64 * 1024 * 1024;

/** Cuts a message into what fits. */
export function* pieces(message: PeerMessage): Generator<Json> {
  const text = JSON.stringify(message);
  const of = Math.ceil(text.length / pieceCharactersMax);
  for (let at = 0; at < of; at++) {
    const part = text.slice(at * pieceCharactersMax, (at + 1) * pieceCharactersMax);
    yield { at, of, part };
  }
}

/** Pieces of one sender that wait for the rest. */
export interface Unfinished {
  next: number;
  text: string[];
  characters: number;
}

const types: ReadonlySet<string> = new Set([
  "report",
  "ask",
  "fetch",
  "install",
  "prepare",
  "prepared",
  "diverged",
  "commit",
  "apply",
  "applied",
]);

/**
 * Takes one piece; gives the message if it is the last of one. Pieces that do not follow each
 * other are dropped: the sender repeats what matters.
 */
export function gather(
  waiting: Map<string, Unfinished>,
  node: string,
  body: Json,
): PeerMessage | undefined {
  if (body === null || typeof body !== "object" || !("part" in body)) return undefined;
  const { at, of, part } = body;
  if (typeof at !== "number" || typeof of !== "number" || typeof part !== "string") {
    return undefined;
  }
  let unfinished = waiting.get(node);
  if (at === 0) waiting.set(node, unfinished = { next: 0, text: [], characters: 0 });
  if (unfinished === undefined) return undefined;
  unfinished.characters += part.length;
  if (unfinished.next !== at || unfinished.characters > messageCharactersMax) {
    waiting.delete(node);
    return undefined;
  }
  unfinished.text.push(part);
  if (++unfinished.next < of) return undefined;
  waiting.delete(node);
  const message: unknown = JSON.parse(unfinished.text.join(""));
  // Heartbeat has verified who says it: a member's own daemon, which says nothing else.
  return typeof message === "object" && message !== null && "type" in message &&
      typeof message.type === "string" && types.has(message.type)
    ? message as PeerMessage
    : undefined;
}
