/**
 * Classic framing: `>>>\n`, per field one line `name=value` or `(<type>)name=value`, then `<<<\n`.
 *
 * Newlines inside a value become other bytes: 0x13 in a string, and one that depends on its depth
 * in a struct, whose value is a whole classic frame. Serial lines and clients speak it, and it is
 * what heartbeat's inner `auth` field covers.
 *
 * @module
 */
import {
  type Decoded,
  structDepthMax,
  type WireField,
  type WireMessage,
} from "../../handler/encoding/contract.ts";
import { checkList, checkName, checkText } from "../../handler/encoding/sayable.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { listText, readList } from "./list.ts";
import { isName, startsWith, stringField } from "./netstring.ts";
import { textOf } from "./text.ts";
import { Writer } from "./writer.ts";

/** `>>>\n` */
export const head = Uint8Array.of(0x3e, 0x3e, 0x3e, 0x0a);
/** `<<<\n` */
export const tail = Uint8Array.of(0x3c, 0x3c, 0x3c, 0x0a);

const newline = 0x0a;
const newlineInString = 0x13;

/** What stands for a newline of a struct at this depth. */
const newlineInStruct = (depth: number): number => depth < 12 ? 0x14 + depth : 0x0f + depth - 12;

/** Writes the frame of a message. */
export function writeClassic(writer: Writer, message: WireMessage, depth = 0): void {
  writer.bytes(head);
  writeLines(writer, message, depth);
  writer.bytes(tail);
}

/** Writes what stands between the markers. */
export function writeLines(writer: Writer, message: WireMessage, depth = 0): void {
  for (const field of message) {
    checkName(field.name);
    switch (field.type) {
      case "string":
        checkText(field.name, field.value);
        if (field.value.includes("\x13")) throw takenByte(field.name, newlineInString);
        writer.text(field.name);
        writer.byte(0x3d);
        writer.text(field.value.replaceAll("\n", "\x13"));
        break;
      case "octets":
        if (field.value.includes(0)) throw new RangeError(`String "${field.name}" holds a NUL`);
        writer.text(field.name);
        writer.byte(0x3d);
        writer.bytes(exchanged(field.name, field.value, newlineInString));
        break;
      case "binary":
      case "packed":
        writer.text(`(${field.type === "binary" ? 1 : 4})${field.name}=`);
        writer.text(toBase64(field.value));
        break;
      case "struct": {
        if (depth >= structDepthMax) {
          throw new RangeError(`Structs are more than ${structDepthMax} deep`);
        }
        const inner = new Writer();
        writeClassic(inner, field.value, depth + 1);
        writer.text(`(2)${field.name}=`);
        writer.bytes(exchanged(field.name, inner.take(), newlineInStruct(depth)));
        break;
      }
      case "list": {
        checkList(field.name, field.value);
        const text = listText(field.name, field.value);
        if (text.includes("\n")) throw takenByte(field.name, newline);
        writer.text(`(3)${field.name}=${text}`);
        break;
      }
    }
    writer.byte(newline);
  }
}

/** Reads a frame; a closing NUL may belong to it. */
export function readClassic(bytes: Uint8Array, from: number, to: number, depth = 0): Decoded {
  const last = to > from && bytes[to - 1] === 0 ? to - 1 : to;
  if (!startsWith(bytes, head, from, last)) return broken("no >>> in front");
  const message: WireField[] = [];
  let at = from + head.length;
  while (!startsWith(bytes, tail, at, last)) {
    const end = bytes.indexOf(newline, at);
    if (end < 0 || end >= last) return broken(`the line at byte ${at} has no end`);
    const field = readLine(bytes, at, end, depth);
    if (typeof field === "string") return broken(`${field} at byte ${at}`);
    message.push(field);
    at = end + 1;
  }
  if (at + tail.length !== last) return broken("there are bytes after the end");
  return { ok: true, message };
}

function readLine(bytes: Uint8Array, from: number, to: number, depth: number): WireField | string {
  const typed = bytes[from] === 0x28;
  // Strings carry no type: "(0)" is not written, and so it is not read.
  const type = typed ? bytes[from + 1]! - 0x30 : 0;
  if (typed && (to - from < 5 || bytes[from + 2] !== 0x29 || type === 0)) return "no (type)";
  const start = typed ? from + 3 : from;
  const equals = bytes.indexOf(0x3d, start);
  if (equals < 0 || equals >= to) return "no =";
  const name = textOf(bytes, start, equals);
  if (name === undefined || !isName(name)) return "no name";
  const value = equals + 1;
  switch (type) {
    case 0: {
      const at = bytes.indexOf(newlineInString, value);
      if (at < 0 || at >= to) return stringField(name, bytes, value, to);
      const restored = replaced(bytes.subarray(value, to), newlineInString, newline);
      return stringField(name, restored, 0, restored.length);
    }
    case 1:
    case 4: {
      const decoded = fromBase64(bytes.subarray(value, to));
      if (decoded === undefined) return `"${name}" is not base64`;
      return { type: type === 1 ? "binary" : "packed", name, value: decoded };
    }
    case 2: {
      if (depth >= structDepthMax) return `structs are more than ${structDepthMax} deep`;
      const restored = replaced(bytes.subarray(value, to), newlineInStruct(depth), newline);
      const inner = readClassic(restored, 0, restored.length, depth + 1);
      return inner.ok ? { type: "struct", name, value: inner.message } : inner.why;
    }
    case 3: {
      const values = readList(bytes, value, to);
      return values === undefined
        ? `"${name}" is not a list`
        : { type: "list", name, value: values };
    }
    default:
      return "unknown type";
  }
}

/** The bytes with another byte for newlines, which they must not hold already. */
function exchanged(name: string, bytes: Uint8Array, by: number): Uint8Array {
  if (bytes.includes(by)) throw takenByte(name, by);
  return replaced(bytes, newline, by);
}

function replaced(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const copy = bytes.slice();
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + 1)) copy[at] = to;
  return copy;
}

const takenByte = (name: string, byte: number): RangeError =>
  new RangeError(
    `Field "${name}" cannot be written in classic framing: it holds byte ` +
      `0x${byte.toString(16)}, which stands for a newline there; use netstring framing`,
  );

const broken = (why: string): Decoded => ({ ok: false, why });
