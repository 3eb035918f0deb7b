/**
 * Messages as JSON: a list of `[type, name, value]`, so that order and repeated names survive.
 *
 *     [["string","t","status"],["binary","srcuuid","icty..."],["list","l",["a","b"]]]
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import {
  type Decoded,
  type Encoding,
  frameBytesMax,
  structDepthMax,
  type WireField,
  type WireMessage,
} from "../../handler/encoding/contract.ts";
import { checkMessage } from "../../handler/encoding/sayable.ts";
import { trailer } from "../../handler/encoding/trailer.ts";
import type manifest from "./manifest.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const json: Plugin<typeof manifest, Encoding> = () => ({
  ...trailer,
  encode(message) {
    checkMessage(message);
    return encoder.encode(JSON.stringify(written(message)));
  },
  decode(frame): Decoded {
    if (frame.length > frameBytesMax) {
      return { ok: false, why: `${frame.length} bytes are more than ${frameBytesMax}` };
    }
    try {
      const message = read(JSON.parse(decoder.decode(frame)), 0);
      checkMessage(message);
      return { ok: true, message };
    } catch (error) {
      return { ok: false, why: messageOf(error) };
    }
  },
});
export default json;

type Written = readonly [string, string, unknown];

function written(message: WireMessage): Written[] {
  return message.map((field): Written => {
    switch (field.type) {
      case "string":
      case "list":
        return [field.type, field.name, field.value];
      case "octets":
      case "binary":
      case "packed":
        return [field.type, field.name, field.value.toBase64()];
      case "struct":
        return [field.type, field.name, written(field.value)];
    }
  });
}

function read(value: unknown, depth: number): WireMessage {
  if (depth > structDepthMax) throw new RangeError(`structs are more than ${structDepthMax} deep`);
  if (!Array.isArray(value)) throw new TypeError("a message is a list");
  return value.map((entry: unknown) => {
    if (!Array.isArray(entry) || entry.length !== 3) throw new TypeError("a field has three parts");
    const [type, name, content]: readonly unknown[] = entry;
    if (typeof name !== "string") throw new TypeError("a field has a name");
    return field(type, name, content, depth);
  });
}

function field(type: unknown, name: string, value: unknown, depth: number): WireField {
  switch (type) {
    case "string":
      if (typeof value === "string") return { type, name, value };
      break;
    case "list":
      if (Array.isArray(value) && value.every((text) => typeof text === "string")) {
        return { type, name, value };
      }
      break;
    case "octets":
    case "binary":
    case "packed":
      if (typeof value === "string") return { type, name, value: Uint8Array.fromBase64(value) };
      break;
    case "struct":
      return { type, name, value: read(value, depth + 1) };
  }
  throw new TypeError(`field "${name}" has an unknown type`);
}
