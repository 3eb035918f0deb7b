/**
 * Reads a file of vectors: a list of packets and what they are. A packet is given as `hex`, or as a
 * `file` in the folder `samples` beside the list.
 *
 * @module
 */
import { dirname, join } from "node:path";
import type { Json } from "../../messages.ts";
import type { Vector } from "./check.ts";

/**
 * The vectors of a file.
 *
 * @throws {Error} if it is not such a list; the text says where.
 */
export function readVectors(path: string): Vector[] {
  const list: unknown = JSON.parse(Deno.readTextFileSync(path));
  if (!Array.isArray(list)) throw new Error(`"${path}" is not a list of vectors`);
  return list.map((entry: unknown, at) => {
    if (typeof entry !== "object" || entry === null) {
      throw new Error(`"${path}": entry ${at} is not a vector`);
    }
    return vectorOf(new Map(Object.entries(entry)), at, join(dirname(path), "samples"));
  });
}

function vectorOf(entry: ReadonlyMap<string, Json>, at: number, samples: string): Vector {
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
  if (hex === undefined && file === undefined) {
    throw new Error(`Entry ${at} has neither "hex" nor "file"`);
  }
  return {
    name: file ?? text("name") ?? `entry ${at}`,
    packet: hex === undefined
      ? Deno.readFileSync(join(samples, file ?? ""))
      : Uint8Array.fromHex(hex),
    authnum: number("authnum"),
    method: text("method"),
    key: text("key"),
    inner: text("inner"),
    fields: entry.get("fields"),
    message: entry.get("message"),
    plainlength: number("plainlength"),
  };
}
