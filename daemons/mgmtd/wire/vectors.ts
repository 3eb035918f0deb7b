/**
 * Reads a file of vectors: a list of packets and what they are. A packet is given as `hex`, or as a
 * `file` in the folder `samples` beside the list.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { messageOf } from "../../../metadata/message_of.ts";
import type { Json } from "../../runtime/messages.ts";
import { readBounded, readText } from "../../site/bounded_file.ts";
import type { Vector } from "./check.ts";

/** The vectors of a file, and what in it is none. */
export interface VectorFile {
  readonly vectors: readonly Vector[];
  /** Each says where and why; those entries are left out. */
  readonly troubles: readonly string[];
}

/** Bytes of a list, and of a packet, at most. */
const [listBytesMax, packetBytesMax] = [64 * 1024 * 1024, 1024 * 1024];

/** Reads a file of vectors. Never throws: one broken entry hides no other. */
export async function readVectors(path: string): Promise<VectorFile> {
  let list: unknown;
  try {
    list = JSON.parse(await readText(path, listBytesMax));
  } catch (error) {
    return { vectors: [], troubles: [`Cannot read "${path}": ${messageOf(error)}`] };
  }
  if (!Array.isArray(list)) {
    return { vectors: [], troubles: [`"${path}" is not a list of vectors: write [{"hex": ...}]`] };
  }
  const vectors: Vector[] = [];
  const troubles: string[] = [];
  const entries: readonly unknown[] = list;
  for (const [at, entry] of entries.entries()) {
    const vector = typeof entry === "object" && entry !== null && !Array.isArray(entry)
      ? await vectorOf(new Map(Object.entries(entry)), at, join(dirname(path), "samples"))
      : "is not an object";
    if (typeof vector === "string") troubles.push(`"${path}": entry ${at} ${vector}`);
    else vectors.push(vector);
  }
  return { vectors, troubles };
}

/** A vector, or why there is none. */
async function vectorOf(
  entry: ReadonlyMap<string, Json>,
  at: number,
  samples: string,
): Promise<Vector | string> {
  const text = (name: string): string | undefined => {
    const value = entry.get(name);
    return typeof value === "string" ? value : undefined;
  };
  const number = (name: string): number | undefined => {
    const value = entry.get(name);
    return typeof value === "number" ? value : undefined;
  };
  const hex = text("hex");
  const file = text("file");
  let packet;
  if (hex !== undefined) {
    if (!/^(?:[0-9a-fA-F]{2})*$/.test(hex)) return 'has a "hex" that is no pairs of hex digits';
    packet = Uint8Array.fromHex(hex);
  } else if (file !== undefined) {
    if (file.includes("/") || file === "..") {
      return `names "${file.slice(0, 80)}", which is not a file in the folder samples`;
    }
    try {
      ({ bytes: packet } = await readBounded(join(samples, file), packetBytesMax));
    } catch (error) {
      return `names "${file}", which cannot be read: ${messageOf(error)}`;
    }
  } else return 'has neither "hex" nor "file"';
  return {
    name: file ?? text("name") ?? `entry ${at}`,
    packet,
    authnum: number("authnum"),
    method: text("method"),
    key: text("key"),
    inner: text("inner"),
    fields: entry.get("fields"),
    message: entry.get("message"),
    plainlength: number("plainlength"),
  };
}
