/**
 * Messages, or fragments of them, side by side in the payload of a stream packet.
 *
 *     flags      1 byte   1: first fragment, 2: last fragment, 4: packed
 *     node       1 byte of length, then UTF-8: a node, or "*"
 *     to, from   the same; services; only with the first fragment
 *     packing    the same; name of the compression; only with the first fragment, if packed
 *     length     4 bytes, most significant first
 *     bytes      of the body: JSON, or packed JSON
 *
 * @module
 */

/** One item. */
export interface Item {
  readonly first: boolean;
  readonly last: boolean;
  /** Name of the compression; empty: none. */
  readonly packing: string;
  readonly node: string;
  readonly to: string;
  readonly from: string;
  readonly bytes: Uint8Array;
}

const firstFlag = 1;
const lastFlag = 2;
const packedFlag = 4;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Bytes that an item takes beside its body. */
export function itemOverhead(item: Omit<Item, "last" | "bytes">): number {
  // Three bytes for each character is the most that UTF-8 takes.
  const { node, to, from, packing, first } = item;
  return 6 + 3 * node.length + (first ? 3 + 3 * (to.length + from.length + packing.length) : 0);
}

/** Names in front of an item, as bytes and as what they say. */
interface Head {
  readonly bytes: Uint8Array;
  readonly names: Pick<Item, "node" | "to" | "from">;
}

const noHead: Head = { bytes: new Uint8Array(0), names: { node: "", to: "", from: "" } };

/** What a writer of items remembers: the names of the last one, as the next one's are mostly the same. */
export interface WrittenNames {
  head: Head;
}

/** Nothing was written yet. */
export const nothingWritten = (): WrittenNames => ({ head: noHead });

/** Writes an item at `at`, and gives where it ends. */
export function writeItem(
  into: Uint8Array,
  at: number,
  item: Item,
  written: WrittenNames = nothingWritten(),
): number {
  into[at++] = (item.first ? firstFlag : 0) | (item.last ? lastFlag : 0) |
    (item.packing === "" ? 0 : packedFlag);
  if (item.first) {
    const { node, to, from } = item;
    const { names } = written.head;
    if (names.node !== node || names.to !== to || names.from !== from) {
      const end = writeName(into, writeName(into, writeName(into, at, node), to), from);
      written.head = { bytes: into.slice(at, end), names: { node, to, from } };
    } else into.set(written.head.bytes, at);
    at += written.head.bytes.length;
    if (item.packing !== "") at = writeName(into, at, item.packing);
  } else at = writeName(into, at, item.node);
  const { length } = item.bytes;
  into[at++] = length >>> 24;
  into[at++] = length >>> 16;
  into[at++] = length >>> 8;
  into[at++] = length;
  into.set(item.bytes, at);
  return at + length;
}

/**
 * Calls `take` for each item of a payload, in order; the bytes are views.
 *
 * @returns false if the payload is broken; items before the break have been given.
 */
export function readItems(payload: Uint8Array, take: (item: Item) => void): boolean {
  let at = 0;
  let known = noHead;
  const name = (): string | undefined => {
    const length = payload[at];
    if (length === undefined || at + 1 + length > payload.length) return undefined;
    at += 1 + length;
    return textOf(payload, at - length, at);
  };
  while (at < payload.length) {
    const flags = payload[at++]!;
    const first = (flags & firstFlag) !== 0;
    let names: Head["names"];
    if (first && startsWith(payload, at, known.bytes)) {
      names = known.names;
      at += known.bytes.length;
    } else {
      const start = at;
      const node = name();
      const to = first ? name() : "";
      const from = first ? name() : "";
      if (node === undefined || to === undefined || from === undefined) return false;
      names = { node, to, from };
      if (first) known = { bytes: payload.subarray(start, at), names };
    }
    const packing = first && (flags & packedFlag) !== 0 ? name() : "";
    if (packing === undefined) return false;
    if (at + 4 > payload.length) return false;
    const length = payload[at]! * 0x1000000 + (payload[at + 1]! << 16) + (payload[at + 2]! << 8) +
      payload[at + 3]!;
    at += 4;
    if (at + length > payload.length) return false;
    take({
      first,
      last: (flags & lastFlag) !== 0,
      packing,
      node: names.node,
      to: names.to,
      from: names.from,
      bytes: payload.subarray(at, at + length),
    });
    at += length;
  }
  return true;
}

/** Whether these bytes, which say where they end, stand at `at`. */
function startsWith(payload: Uint8Array, at: number, bytes: Uint8Array): boolean {
  const { length } = bytes;
  if (length === 0 || at + length > payload.length) return false;
  for (let i = 0; i < length; i++) if (payload[at + i] !== bytes[i]) return false;
  return true;
}

function writeName(into: Uint8Array, at: number, name: string): number {
  const { written } = encoder.encodeInto(name, into.subarray(at + 1, at + 256));
  into[at] = written;
  return at + 1 + written;
}

/** Names of nodes and services are short and ASCII nearly always. */
function textOf(bytes: Uint8Array, from: number, to: number): string | undefined {
  let text = "";
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80) {
      try {
        return decoder.decode(bytes.subarray(from, to));
      } catch {
        return undefined;
      }
    }
    text += String.fromCharCode(byte);
  }
  return text;
}
