/**
 * A message as JSON, in the form of the captured vectors: `[type, name, value]`, with type 0 text,
 * 1 hex, 2 a list of fields, 3 a list of texts, 4 hex and, fourth, the fields unpacked.
 *
 * @module
 */
import type { Compression } from "../../../plugins/handler/compression/contract.ts";
import type {
  Encoding,
  WireField,
  WireMessage,
} from "../../../plugins/handler/encoding/contract.ts";
import { bytesOf, stringOf, unpackedBytesMax } from "../../heartbeat/doors/packets.ts";
import type { Json } from "../../runtime/messages.ts";

/** What unpacks and decodes. */
export interface Unpackers {
  readonly encoding: Encoding;
  readonly compressions: ReadonlyMap<string, Compression>;
}

/** The fields of a message. */
export function shownMessage(message: WireMessage, unpackers: Unpackers): Json[] {
  const algorithm = stringOf(message, "_compression_algorithm");
  return message.map((field) => shownField(field, algorithm, unpackers));
}

/** The message that was packed as a whole; undefined if there is none. */
export function packedWhole(
  message: WireMessage,
  unpackers: Unpackers,
): { readonly message: WireMessage; readonly plainBytes: number } | undefined {
  const payload = bytesOf(message, "_compressed_payload");
  return payload === undefined
    ? undefined
    : unpacked(payload, stringOf(message, "_compression_algorithm"), unpackers);
}

function shownField(field: WireField, algorithm: string | undefined, unpackers: Unpackers): Json {
  switch (field.type) {
    case "string":
      return [0, field.name, field.value];
    case "octets":
      return [0, field.name, { hex: field.value.toHex() }];
    case "binary":
      return [1, field.name, field.value.toHex()];
    case "struct":
      return [2, field.name, shownMessage(field.value, unpackers)];
    case "list":
      return [3, field.name, field.value];
    case "packed": {
      const inner = unpacked(field.value, algorithm, unpackers);
      const hex = field.value.toHex();
      return inner === undefined
        ? [4, field.name, hex]
        : [4, field.name, hex, shownMessage(inner.message, unpackers)];
    }
  }
}

function unpacked(
  bytes: Uint8Array,
  algorithm: string | undefined,
  { encoding, compressions }: Unpackers,
): { readonly message: WireMessage; readonly plainBytes: number } | undefined {
  try {
    const frame = compressions.get(algorithm ?? "")?.unpack(bytes, unpackedBytesMax);
    if (frame === undefined) return undefined;
    const decoded = encoding.decode(frame);
    return decoded.ok ? { message: decoded.message, plainBytes: frame.length } : undefined;
  } catch {
    return undefined;
  }
}
