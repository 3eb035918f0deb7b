/**
 * What an application says to apphbd: the C structs of the original's library, in the byte order of a
 * little-endian machine. A type of 8 bytes comes first; texts have 256 bytes and end with a NUL.
 *
 *     reg      type, name, instance, folder (256 bytes each), pid, uid, gid (4 bytes each)
 *     unreg    type
 *     hb       type                     the only one that is not answered
 *     setint   type, milliseconds (8 bytes)
 *     setwarn  type, milliseconds
 *     setboot  type, 0 or 1 (8 bytes)
 *
 * The answer has 4 bytes: 0, or a number of errno. What a registration says of pid and user is not
 * read: the kernel says it.
 *
 * @module
 */
import { unprintableIn } from "../../metadata/printable.ts";

/** A request. */
export type Request =
  | { readonly type: "reg"; readonly name: string; readonly instance: string }
  | { readonly type: "unreg" }
  | { readonly type: "hb" }
  | { readonly type: "setint" | "setwarn"; readonly ms: number }
  | { readonly type: "setboot"; readonly boot: boolean };

const typeBytes = 8;
const textBytes = 256;
const numberBytes = 8;
const registrationBytes = typeBytes + 3 * textBytes + 3 * 4;

/** Reads a frame; a text says what is wrong with it. */
export function readRequest(bytes: Uint8Array): Request | string {
  const type = textIn(bytes.subarray(0, typeBytes));
  const has = (count: number) => bytes.length === count;
  switch (type) {
    case "hb":
    case "unreg":
      return has(typeBytes) ? { type } : `a "${type}" of ${bytes.length} bytes`;
    case "setint":
    case "setwarn":
      return has(typeBytes + numberBytes)
        ? { type, ms: numberIn(bytes) }
        : `a "${type}" of ${bytes.length} bytes`;
    case "setboot":
      return has(typeBytes + numberBytes)
        ? { type, boot: numberIn(bytes) !== 0 }
        : `a "${type}" of ${bytes.length} bytes`;
    case "reg": {
      if (!has(registrationBytes)) return `a "reg" of ${bytes.length} bytes`;
      const name = textIn(bytes.subarray(typeBytes, typeBytes + textBytes));
      const instance = textIn(bytes.subarray(typeBytes + textBytes, typeBytes + 2 * textBytes));
      if (name === undefined || name === "" || unprintableIn(name) !== undefined) {
        return "a name that is no text";
      }
      if (instance === undefined || unprintableIn(instance) !== undefined) {
        return "an instance that is no text";
      }
      return { type, name, instance };
    }
    default:
      return "a type that apphbd does not know";
  }
}

/** The bytes of a request. */
export function requestBytes(request: Request): Uint8Array {
  switch (request.type) {
    case "hb":
    case "unreg":
      return structOf(request.type, typeBytes);
    case "setint":
    case "setwarn":
      return withNumber(request.type, request.ms);
    case "setboot":
      return withNumber(request.type, request.boot ? 1 : 0);
    case "reg": {
      const bytes = structOf("reg", registrationBytes);
      bytes.set(textOf(request.name), typeBytes);
      bytes.set(textOf(request.instance), typeBytes + textBytes);
      return bytes;
    }
  }
}

/** The bytes of an answer. */
export function answerBytes(errno: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, errno, true);
  return bytes;
}

/** The number in an answer; undefined: it is none. */
export const readAnswer = (bytes: Uint8Array): number | undefined =>
  bytes.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true) : undefined;

/** The text before the first NUL; undefined: there is no NUL, or it is not UTF-8. */
function textIn(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(0);
  if (end < 0) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, end));
  } catch {
    return undefined;
  }
}

/** The unsigned number behind the type; one that is no exact number is as good as the largest. */
const numberIn = (bytes: Uint8Array): number =>
  Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(typeBytes, true));

function structOf(type: Request["type"], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(new TextEncoder().encode(type));
  return bytes;
}

function withNumber(type: Request["type"], value: number): Uint8Array {
  const bytes = structOf(type, typeBytes + numberBytes);
  new DataView(bytes.buffer).setBigUint64(typeBytes, BigInt(value), true);
  return bytes;
}

/** @throws {RangeError} if it does not fit. */
function textOf(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length >= textBytes || bytes.includes(0)) {
    throw new RangeError(`"${text}" is not a name of 1 to ${textBytes - 1} bytes`);
  }
  return bytes;
}
