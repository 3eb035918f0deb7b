/**
 * Netstring framing: `###\n`, per field `<len>:(<type>)<name>=<value>,`, then `%%%\n`.
 *
 * The length counts from `(` to the end of the value; a struct's value is such a frame itself.
 * This is what every datagram of heartbeat 3.0.6 is made of.
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
import { readLength } from "./length.ts";
import { listText, readList } from "./list.ts";
import { textOf } from "./text.ts";
import { utf8Bytes, Writer } from "./writer.ts";

/** `###\n` */
export const head = Uint8Array.of(0x23, 0x23, 0x23, 0x0a);
/** `%%%\n` */
export const tail = Uint8Array.of(0x25, 0x25, 0x25, 0x0a);

/** Writes the frame of a message. */
export function writeNetstring(writer: Writer, message: WireMessage, depth = 0): void {
  if (depth > structDepthMax) {
    throw new RangeError(`Structs are more than ${structDepthMax} deep`);
  }
  writer.bytes(head);
  for (const field of message) {
    checkName(field.name);
    switch (field.type) {
      case "string":
        checkText(field.name, field.value);
        open(writer, 0, field.name, utf8Bytes(field.value));
        writer.text(field.value);
        break;
      case "octets":
        if (field.value.includes(0)) throw new RangeError(`String "${field.name}" holds a NUL`);
        open(writer, 0, field.name, field.value.length);
        writer.bytes(field.value);
        break;
      case "binary":
      case "packed":
        open(writer, field.type === "binary" ? 1 : 4, field.name, field.value.length);
        writer.bytes(field.value);
        break;
      case "struct": {
        const inner = new Writer();
        writeNetstring(inner, field.value, depth + 1);
        const bytes = inner.take();
        open(writer, 2, field.name, bytes.length);
        writer.bytes(bytes);
        break;
      }
      case "list": {
        checkList(field.name, field.value);
        const text = listText(field.name, field.value);
        open(writer, 3, field.name, utf8Bytes(text));
        writer.text(text);
        break;
      }
    }
    writer.byte(0x2c);
  }
  writer.bytes(tail);
}

/** Reads a frame that ends with its `%%%\n` and nothing after it. */
export function readNetstring(bytes: Uint8Array, from: number, to: number, depth = 0): Decoded {
  if (depth > structDepthMax) return broken(`structs are more than ${structDepthMax} deep`);
  if (!startsWith(bytes, head, from, to)) return broken("no ### in front");
  const message: WireField[] = [];
  let at = from + head.length;
  while (at < to && bytes[at] !== 0x25) {
    const length = readLength(bytes, at, to);
    if (length === undefined) return broken(`no length at byte ${at}`);
    const end = length.next + length.value;
    if (end >= to || bytes[end] !== 0x2c) return broken(`the field at byte ${at} has no end`);
    const field = readField(bytes, length.next, end, depth);
    if (typeof field === "string") return broken(`${field} at byte ${at}`);
    message.push(field);
    at = end + 1;
  }
  if (to - at !== tail.length || !startsWith(bytes, tail, at, to)) return broken("no %%% behind");
  return { ok: true, message };
}

function readField(
  bytes: Uint8Array,
  from: number,
  to: number,
  depth: number,
): WireField | string {
  if (to - from < 5 || bytes[from] !== 0x28 || bytes[from + 2] !== 0x29) return "no (type)";
  const equals = bytes.indexOf(0x3d, from + 3);
  if (equals < 0 || equals >= to) return "no =";
  const name = textOf(bytes, from + 3, equals);
  if (name === undefined || !isName(name)) return "no name";
  const type = bytes[from + 1]! - 0x30;
  return readValue(bytes, { type, name, from: equals + 1, to }, depth);
}

/** A value, and where in the bytes it is. */
interface Value {
  readonly type: number;
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

function readValue(
  bytes: Uint8Array,
  { type, name, from, to }: Value,
  depth: number,
): WireField | string {
  switch (type) {
    case 0:
      return stringField(name, bytes, from, to);
    case 1:
      return { type: "binary", name, value: bytes.slice(from, to) };
    case 2: {
      const inner = readNetstring(bytes, from, to, depth + 1);
      return inner.ok ? { type: "struct", name, value: inner.message } : inner.why;
    }
    case 3: {
      const value = readList(bytes, from, to);
      return value === undefined ? `"${name}" is not a list` : { type: "list", name, value };
    }
    case 4:
      return { type: "packed", name, value: bytes.slice(from, to) };
    default:
      return "unknown type";
  }
}

/** A string's field; its text if it is UTF-8, else its bytes. */
export function stringField(
  name: string,
  bytes: Uint8Array,
  from: number,
  to: number,
): WireField | string {
  const nul = bytes.indexOf(0, from);
  if (nul >= 0 && nul < to) return `"${name}" holds a NUL`;
  const value = textOf(bytes, from, to);
  return value === undefined
    ? { type: "octets", name, value: bytes.slice(from, to) }
    : { type: "string", name, value };
}

/** Whether a field may be called this. */
export function isName(name: string): boolean {
  try {
    checkName(name);
    return true;
  } catch {
    return false;
  }
}

/** Whether the mark stands at `from`, before `to`. */
export function startsWith(
  bytes: Uint8Array,
  mark: Uint8Array,
  from: number,
  to: number,
): boolean {
  if (to - from < mark.length) return false;
  for (let i = 0; i < mark.length; i++) if (bytes[from + i] !== mark[i]) return false;
  return true;
}

function open(writer: Writer, type: number, name: string, valueBytes: number): void {
  writer.decimal(4 + utf8Bytes(name) + valueBytes);
  writer.byte(0x3a);
  writer.byte(0x28);
  writer.byte(0x30 + type);
  writer.byte(0x29);
  writer.text(name);
  writer.byte(0x3d);
}

const broken = (why: string): Decoded => ({ ok: false, why });
