/**
 * The one way to read a file that a person or a stranger may have put there: a plain file of a bounded
 * size. A pipe, a device or a folder in its place is refused by its kind before it is opened, since
 * to open a pipe might never end and a device has no end.
 *
 * @example
 * ```ts
 * const text = await readText("/etc/ha/node.json", bytesMax.nodeConfig);
 * ```
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { messageOf } from "../../metadata/message_of.ts";

/** Bytes of each file at most: far more than anybody writes, and little enough to hold in memory. */
export const bytesMax = {
  nodeConfig: 1024 * 1024,
  authkeys: 64 * 1024,
  /** As large as a file of a plugin. */
  lock: 16 * 1024 * 1024,
  cib: 64 * 1024 * 1024,
  /** `ha.cf`, `haresources`, and such. */
  configuration: 1024 * 1024,
  /** `/etc/passwd`, which has a line for each of many users. */
  users: 16 * 1024 * 1024,
  metaData: 1024 * 1024,
  key: 64 * 1024,
} as const;

/** What a file holds, and its permission bits. */
export interface FileRead {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mode: number;
}

/**
 * Reads a file.
 *
 * @throws {Error} if it is no plain file, or has more than `bytesMax` bytes.
 */
export async function readBounded(path: string | URL, bytesMax: number): Promise<FileRead> {
  mustBeFile(await Deno.stat(path));
  using file = await Deno.open(path);
  const info = await file.stat(); // another may stand there by now
  mustBeFile(info);
  const { size } = info;
  if (size > bytesMax) throw new RangeError(tooLarge(`${size} bytes`, bytesMax));
  // One byte more than it should have: a file may grow, and those of /proc have no size.
  let bytes = new Uint8Array(size + 1);
  let at = 0;
  for (let read; (read = await file.read(bytes.subarray(at))) !== null;) {
    at += read;
    if (at > bytesMax) throw new RangeError(tooLarge(`more than ${bytesMax} bytes`, bytesMax));
    if (at < bytes.length) continue;
    const more = new Uint8Array(Math.min(2 * bytes.length + 4_096, bytesMax + 1));
    more.set(bytes);
    bytes = more;
  }
  return { bytes: bytes.subarray(0, at), mode: info.mode ?? 0 };
}

/**
 * Reads a file as text; what goes wrong names the file and says how to fix it.
 *
 * @param mark as of {@linkcode textOf}.
 */
export async function readNamed(
  path: string,
  bytesMax: number,
  mark: "keep" | "drop" = "drop",
): Promise<string> {
  try {
    return textOf((await readBounded(path, bytesMax)).bytes, mark);
  } catch (cause) {
    const why = `Cannot read "${path}": ${messageOf(cause)}`;
    throw new Error(withCode("HA0008", `${why}. Fix: name a file that can be read`));
  }
}

/**
 * Reads a file as text in UTF-8, without a mark of the byte order.
 *
 * @throws {Error} if it is no such file, or is UTF-16.
 */
export async function readText(path: string | URL, bytesMax: number): Promise<string> {
  return textOf((await readBounded(path, bytesMax)).bytes);
}

/**
 * Bytes as text in UTF-8.
 *
 * @param mark `keep`: a mark of the byte order (of UTF-8) stays the first character.
 * @throws {TypeError} if they are UTF-16 or UTF-32, as editors of some systems save files.
 */
export function textOf(bytes: Uint8Array, mark: "keep" | "drop" = "drop"): string {
  const encoding = otherEncoding(bytes);
  if (encoding !== undefined) throw new TypeError(`it is ${encoding}; save it as UTF-8`);
  return new TextDecoder("utf-8", { ignoreBOM: mark === "keep" }).decode(bytes);
}

/** The encoding that the mark of the byte order names, or the zeros beside the first characters. */
function otherEncoding([a, b, c, d]: Uint8Array): string | undefined {
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "UTF-32" : "UTF-16";
  if (a === 0xfe && b === 0xff) return "UTF-16";
  if (a === 0 && b === 0) return c === 0xfe && d === 0xff ? "UTF-32" : undefined;
  const zeros = [a, b, c, d].map((byte) => byte === 0);
  const [isFirst, isSecond, isThird, isFourth] = zeros;
  const isBig = isFirst && !isSecond && isThird && !isFourth;
  const isLittle = !isFirst && isSecond && !isThird && isFourth;
  return isBig || isLittle ? "UTF-16" : undefined;
}

/** @throws {TypeError} that says what it is instead. */
function mustBeFile(info: Deno.FileInfo): void {
  if (info.isFile) return;
  const kind = info.isDirectory
    ? "a folder"
    : info.isFifo
    ? "a pipe"
    : info.isSocket
    ? "a socket"
    : info.isCharDevice || info.isBlockDevice
    ? "a device"
    : "something else";
  throw new TypeError(`it is ${kind}, not a file`);
}

const tooLarge = (has: string, bytesMax: number): string =>
  `it has ${has}; at most ${bytesMax} are read`;
