/**
 * Archives in the format `ustar` of POSIX, as packages of npm are.
 *
 * The reader takes plain files and folders. It refuses what a package does not need and what readers
 * disagree about: links, devices, extended headers, sizes in base 256, anything after the end.
 *
 * @module
 */
import { entriesMax } from "./limits.ts";

const blockBytes = 512;
/** What npm writes, so that the same files give the same bytes. */
export const mtimeSeconds = 499_162_500;

/** One file of an archive, as it says of itself; nothing of it is checked yet but its form. */
export interface TarFile {
  readonly path: string;
  readonly mode: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What else may be in an archive, by the letter of its type. */
const refused: Readonly<Record<string, string>> = {
  1: "a hard link",
  2: "a symbolic link",
  3: "a character device",
  4: "a block device",
  6: "a pipe",
  x: "an extended header (its path is too long for a package, or not plain)",
  g: "a global extended header",
  L: "a long path of GNU tar",
  K: "a long link of GNU tar",
};

/**
 * Reads an archive.
 * @returns its files and the paths of its folders
 * @throws {Error} at the first thing that is not as it must be, with its place
 */
export function readTar(
  bytes: Uint8Array<ArrayBuffer>,
): { readonly files: readonly TarFile[]; readonly folders: readonly string[] } {
  const files: TarFile[] = [];
  const folders: string[] = [];
  let at = 0;
  for (;;) {
    if (at + blockBytes > bytes.length) throw new Error(`the archive ends early, at byte ${at}`);
    const header = bytes.subarray(at, at + blockBytes);
    if (header.every((byte) => byte === 0)) break;
    if (files.length + folders.length >= entriesMax) {
      throw new Error(`it holds more than ${entriesMax} entries`);
    }
    const { path, mode, size, type } = readHeader(header, at);
    at += blockBytes;
    const why = refused[type];
    if (why !== undefined) throw new Error(`"${quoted(path)}" is ${why}`);
    if (type === "5") {
      if (size !== 0) throw new Error(`the folder "${quoted(path)}" has ${size} bytes`);
      folders.push(path);
      continue;
    }
    if (type !== "0" && type !== "\0") {
      throw new Error(`"${quoted(path)}" is of the unknown type "${quoted(type)}"`);
    }
    if (at + size > bytes.length) throw new Error(`the archive ends within "${quoted(path)}"`);
    files.push({ path, mode, bytes: bytes.slice(at, at + size) });
    at += Math.ceil(size / blockBytes) * blockBytes;
  }
  if (bytes.subarray(at).some((byte) => byte !== 0)) {
    throw new Error(`there is something after its end, at byte ${at}`);
  }
  return { files, folders };
}

/** @throws {Error} if it is no header. */
function readHeader(header: Uint8Array, at: number) {
  const text = (from: number, length: number): string => {
    const field = header.subarray(from, from + length);
    const end = field.indexOf(0);
    return new TextDecoder("utf-8", { fatal: true }).decode(
      end < 0 ? field : field.subarray(0, end),
    );
  };
  const octal = (name: string, from: number, length: number): number => {
    const digits = /^ *([0-7]+)[ \0]*$/.exec(
      String.fromCharCode(...header.subarray(from, from + length)),
    )?.[1];
    if (digits === undefined) {
      throw new Error(`the ${name} at byte ${at + from} is not an octal number`);
    }
    return Number.parseInt(digits, 8);
  };
  const sum = header.reduce(
    (total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte),
    0,
  );
  if (octal("checksum", 148, 8) !== sum) throw new Error(`the header at byte ${at} is damaged`);
  if (text(257, 5) !== "ustar") throw new Error(`the header at byte ${at} is not of format ustar`);
  const prefix = text(345, 155);
  const name = text(0, 100);
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    mode: octal("mode", 100, 8),
    size: octal("size", 124, 12),
    type: String.fromCharCode(header[156] ?? 0),
  };
}

/** A name from outside as it may stand on a terminal. */
export function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 120);
}

/**
 * Writes an archive: the same files, whatever their order, give the same bytes.
 * @param folders those that stand in it themselves, before what is in them; packages of npm name none
 */
export function writeTar(
  files: readonly TarFile[],
  folders: readonly string[] = [],
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const path of folders.toSorted()) {
    parts.push(writeHeader({ path: `${path}/`, mode: 0o755, bytes: new Uint8Array(0) }, "5"));
  }
  for (const file of files.toSorted((a, b) => a.path < b.path ? -1 : 1)) {
    const rest = (blockBytes - file.bytes.length % blockBytes) % blockBytes;
    parts.push(writeHeader(file, "0"), file.bytes, new Uint8Array(rest));
  }
  parts.push(new Uint8Array(2 * blockBytes));
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function writeHeader({ path, mode, bytes }: TarFile, type: "0" | "5"): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(blockBytes);
  const encoder = new TextEncoder();
  const put = (text: string, at: number) => header.set(encoder.encode(text), at);
  const octal = (value: number, at: number, length: number) =>
    put(value.toString(8).padStart(length - 1, "0"), at);
  const [prefix, name] = split(path);
  put(name, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(bytes.length, 124, 12);
  octal(mtimeSeconds, 136, 12);
  put("        ", 148);
  put(type, 156);
  put("ustar", 257);
  put("00", 263);
  put(prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** A path in the two fields of a header. */
function split(path: string): [string, string] {
  if (path.length <= 100) return ["", path];
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
    if (path.length - at - 1 <= 100 && at <= 155) return [path.slice(0, at), path.slice(at + 1)];
  }
  throw new RangeError(`"${path}" is too long for an archive`);
}
