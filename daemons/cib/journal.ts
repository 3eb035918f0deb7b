/**
 * The CIB on disk: one whole document, and the entries that came after it.
 *
 * A write costs one small file, whatever the size of the document; now and then the whole document
 * is written and the entries before it are obsolete. Everything carries its SHA-256: what has been
 * damaged is found, and is never taken for a CIB.
 *
 *     cib.xml         the document as XML, with a comment at its end that tells how far it has come
 *     cib.entry.17    the entry whose index is 17 modulo `slots`
 *
 * @module
 */
import { stringify, type XmlElement } from "../../metadata/xml/mod.ts";
import type { Effect } from "../runtime/machine.ts";
import type { CibVersion } from "../runtime/messages.ts";
import { applyChanges, readCib } from "./change.ts";
import { acceptedWorkMax, Work } from "./work.ts";
import { sha256 } from "../runtime/sha256.ts";
import { digestOf } from "./digest.ts";
import { versionOf } from "./version.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { count, id, list, object, Refusal } from "../runtime/reader.ts";
import { entry, version } from "./protocol.ts";
import type { Entry } from "./wire.ts";

/** A copy of the CIB as it was at one index. Never changed in place. */
export interface Copy {
  readonly root: XmlElement;
  readonly term: number;
  readonly index: number;
  readonly digest: string;
  /** The writes done last, so that one that comes again is known: at most `recentMax`. */
  readonly recent: readonly Done[];
}

/** An entry on this node's disk that is not shown yet. */
export interface Prepared {
  readonly entry: Entry;
  /** What it makes of the copy before it. */
  readonly copy: Copy;
}

/** A write that was done, and the version it gave. */
export interface Done {
  readonly id: string;
  readonly version: CibVersion;
}

/** What was found on disk. */
export type Found =
  | { readonly type: "empty" }
  /** The last thing here; nobody here knows whether it was ever acknowledged. */
  | {
    readonly type: "copy";
    readonly copy: Copy;
    /** Index of the document in `cib.xml`. */
    readonly documentIndex: number;
  }
  | {
    readonly type: "corrupt";
    /** The damaged keys, each with what is wrong with it. */
    readonly keys: ReadonlyMap<string, string>;
    /** Nothing beyond this index was here, if so much can still be read. */
    readonly index?: number;
  };

/** Entries after the document at most. */
export const slots = 128;
/** Writes that are remembered, so that one that comes twice is done once. */
export const recentMax = 512;
/** The key of the document. */
export const documentKey = "cib.xml";

const encoder = new TextEncoder();
const slotKey = (index: number): string => `cib.entry.${index % slots}`;
const slotPattern = /^cib\.entry\.\d{1,3}$/;

/** The effect that makes an entry durable. */
export const saveEntry = (entry: Entry): Effect => {
  const text = JSON.stringify(entry);
  const value = encoder.encode(`${text}\n${sha256(text)}\n`);
  return { type: "save", key: slotKey(entry.index), value };
};

/** The effect that removes an entry. */
export const forgetEntry = (index: number): Effect => ({ type: "save", key: slotKey(index) });

/** The effect that makes a whole document durable. */
export const saveDocument = (copy: Copy): Effect => ({
  type: "save",
  key: documentKey,
  value: encoder.encode(writeDocument(copy)),
});

/** A copy as text: XML that anybody can read, with what must be known of it in a last comment. */
export function writeDocument(copy: Copy): string {
  const xml = `${stringify(copy.root, { indent: "  " })}\n`;
  const stamp = JSON.stringify({
    term: copy.term,
    index: copy.index,
    sha256: sha256(xml),
    recent: copy.recent,
  }).replaceAll("--", "-\\u002d").replaceAll("--", "-\\u002d").replaceAll(">", "\\u003e");
  return `${xml}<!-- ${stamp} ${sha256(stamp)} -->\n`;
}

/** Reads such text, or says what is wrong with it, and the index if that can still be trusted. */
export function readDocument(
  text: string,
): Copy | { readonly error: string; readonly index?: number } {
  const at = text.lastIndexOf("\n<!-- ");
  const trailer = at < 0 ? null : /^<!-- (\{.*\}) ([0-9a-f]{64}) -->\n$/.exec(text.slice(at + 1));
  if (trailer === null || sha256(trailer[1]!) !== trailer[2]) {
    return { error: "its last line, which contains its SHA-256, is damaged or missing" };
  }
  const stamp = readStamp(trailer[1]!);
  if (stamp instanceof Refusal) return { error: `its last line cannot be read: ${stamp}` };
  const xml = text.slice(0, at + 1);
  if (sha256(xml) !== stamp.sha256) {
    return { error: "its SHA-256 is not what its last line says", index: stamp.index };
  }
  const { term, index, recent } = stamp;
  try {
    const root = readCib(xml);
    return { root, term, index, recent, digest: digestOf(root) };
  } catch (error) {
    return { error: `it is not XML: ${messageOf(error)}`, index };
  }
}

/** What the last line of a document says, which another node may have written. */
const stampOf = object({
  term: count,
  index: count,
  sha256: id,
  recent: list(object({ id, version }), recentMax),
});

function readStamp(json: string) {
  try {
    return stampOf(JSON.parse(json));
  } catch {
    return new Refusal("JSON");
  }
}

/** What an entry makes of a copy; nothing if it does not build on that copy. */
export function advanced(copy: Copy, entry: Entry): Copy | undefined {
  if (entry.index !== copy.index + 1 || entry.base !== copy.digest || entry.term < copy.term) {
    return undefined;
  }
  let { root } = copy;
  const recent = [...copy.recent];
  for (const { id, changes } of entry.writes) {
    const applied = applyChanges(root, changes, new Work(acceptedWorkMax));
    if (!applied.ok) return undefined;
    root = applied.root;
    recent.push({ id, version: versionOf(root) });
  }
  const digest = digestOf(root);
  if (digest !== entry.after) return undefined;
  return { root, term: entry.term, index: entry.index, digest, recent: recent.slice(-recentMax) };
}

/** Reads what an earlier life left behind. */
export function readJournal(saved: ReadonlyMap<string, Uint8Array>): Found {
  const wrong = new Map<string, string>();
  const entries = new Map<number, Entry>();
  for (const key of [...saved.keys()].filter((key) => slotPattern.test(key)).sort()) {
    const entry = readEntry(textOf(saved.get(key)));
    if (entry === undefined || slotKey(entry.index) !== key) {
      wrong.set(key, "its SHA-256 is not what its last line says");
    } else entries.set(entry.index, entry);
  }
  const bytes = saved.get(documentKey);
  const document = bytes === undefined
    ? { error: "it is missing, though entries that follow it are there", index: 0 }
    : readDocument(textOf(bytes) ?? "");
  if (bytes === undefined && entries.size === 0 && wrong.size === 0) return { type: "empty" };
  const bound = Math.max(document.index ?? 0, ...entries.keys());
  if ("error" in document) wrong.set(documentKey, document.error);
  if ("error" in document || wrong.size > 0) {
    // A damaged entry may have been the last one: then nobody can tell what it held.
    const known = document.index !== undefined && bytes !== undefined &&
      [...wrong.keys()].every((key) => key === documentKey);
    return { type: "corrupt", keys: wrong, ...(known ? { index: bound } : {}) };
  }
  let tip: Copy = document;
  for (;;) {
    const entry = entries.get(tip.index + 1);
    const next = entry && advanced(tip, entry);
    if (next === undefined) break;
    tip = next;
  }
  if (bound > tip.index) {
    const key = slotKey(tip.index + 1);
    const keys = new Map([[key, "it does not follow from what comes before it, or is missing"]]);
    return { type: "corrupt", keys, index: bound };
  }
  return { type: "copy", copy: tip, documentIndex: document.index };
}

/** A whole document as if it were an entry that builds on nothing. */
export const entryOf = ({ term, index, digest }: Copy): Entry => ({
  term,
  index,
  base: "",
  after: digest,
  writes: [],
});

function readEntry(text: string | undefined): Entry | undefined {
  const found = text === undefined ? null : /^(.*)\n([0-9a-f]{64})\n$/s.exec(text);
  if (found === null || sha256(found[1]!) !== found[2]) return undefined;
  const read = entry(JSON.parse(found[1]!));
  return read instanceof Refusal ? undefined : read;
}

/** The text, or nothing if it is not UTF-8. */
function textOf(bytes: Uint8Array | undefined): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
