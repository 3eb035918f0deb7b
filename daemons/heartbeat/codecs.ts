/**
 * Converts a message to a packet and back. Encoding is followed by signing. In the other direction
 * the order is: check the size, verify the signature, decompress with a bound, decode. Nothing is
 * parsed before its signature is verified.
 *
 * The plugins are injected. Their methods are synchronous and depend only on their arguments, so a
 * machine that calls them stays pure.
 *
 * @module
 */
import type { Auth } from "../../plugins/handler/auth/contract.ts";
import type { Compression } from "../../plugins/handler/compression/contract.ts";
import type { Decoded, Encoding, WireMessage } from "../../plugins/handler/encoding/contract.ts";
import { packedAboveBytes, packetBytesMax, unpackedBytesMax } from "./config.ts";
import { binary, bytesOf, string, stringOf } from "./fields.ts";

/** The plugins that heartbeat works with. */
export interface Codecs {
  readonly encoding: Encoding;
  /** What local clients are written to in; reads what `encoding` does. Default: `encoding`. */
  readonly clientEncoding?: Encoding;
  /** The entries of `authkeys` by number. Replaced as a whole when the file changes. */
  readonly keys: Keys;
  /** Compressions by heartbeat's name for them: `zlib`, `bz2`; and `zstd`, which it does not know. */
  readonly compressions: ReadonlyMap<string, Compression>;
  /** Which of them our own messages are packed with; absent: they are not packed. */
  readonly packWith?: string;
  /** The encoding of serial lines, which carry text. */
  readonly line?: Encoding;
}

/** The entries of `authkeys`. */
export interface Keys {
  readonly entries: ReadonlyMap<number, Auth>;
  /** The entry that signs. */
  readonly current: number;
}

/** Why a packet was dropped; each has a counter. */
export type Refusal =
  | "oversized"
  | "unsigned"
  | "unknown key"
  | "wrong signature"
  | "malformed"
  | "unpackable";

/** A message, or why there is none. */
export type Opened =
  | { readonly ok: true; readonly message: WireMessage }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * A message as a signed packet.
 *
 * @throws {RangeError} if it cannot be encoded, or is larger than any packet.
 */
export function sealPacket(codecs: Codecs, message: WireMessage): Uint8Array {
  const frame = codecs.encoding.encode(message);
  const packed = frame.length > packedAboveBytes ? packedWhole(codecs, frame) : undefined;
  return sealFrame(codecs, packed ?? frame);
}

/** A message that is too large for a packet, packed as a whole, as C nodes do it and understand it. */
export function packedWhole(
  { encoding, compressions, packWith }: Codecs,
  frame: Uint8Array,
): Uint8Array | undefined {
  // C nodes read such messages too, and know no others than these two.
  const name = packWith === "bz2" ? "bz2" : "zlib";
  const payload = compressions.get(name)?.pack(frame);
  return payload === undefined ? undefined : encoding.encode([
    binary("_compressed_payload", payload),
    string("_compression_algorithm", name),
  ]);
}

/**
 * An encoded message as a packet, signed with the key of this moment.
 *
 * @throws {RangeError} if it is larger than any packet.
 */
export function sealFrame({ encoding, keys }: Codecs, plain: Uint8Array): Uint8Array {
  const auth = keys.entries.get(keys.current);
  if (auth === undefined) throw new Error(`There is no key ${keys.current}`);
  // A method with secrecy hides the whole frame in one field of another.
  const frame = auth.seal === undefined
    ? plain
    : encoding.encode([binary("_sealed", auth.seal(plain))]);
  const packet = encoding.seal(frame, keys.current, auth.sign(encoding.signable(frame)));
  if (packet.length > packetBytesMax) {
    throw new RangeError(`A packet of ${packet.length} bytes exceeds ${packetBytesMax}`);
  }
  return packet;
}

/** What a packet says. Never throws. */
export function openPacket(codecs: Codecs, packet: Uint8Array): Opened {
  if (packet.length > packetBytesMax) return refused("oversized");
  const envelope = codecs.encoding.open(packet);
  if (envelope === undefined) return refused("unsigned");
  // The packet names an entry of our own authkeys, and that entry's method and key decide.
  const auth = codecs.keys.entries.get(envelope.authnum);
  if (auth === undefined) return refused("unknown key");
  if (!auth.verify(envelope.signed, envelope.mac)) return refused("wrong signature");
  const decoded = decode(codecs, auth, envelope.frame);
  if (!decoded.ok) return refused("malformed");
  const algorithm = stringOf(decoded.message, "_compression_algorithm");
  if (algorithm === undefined) return decoded;
  const payload = bytesOf(decoded.message, "_compressed_payload");
  return payload === undefined ? decoded : unpacked(codecs, algorithm, payload);
}

/** The message of a frame whose signature was right, taken out of its seal if it has one. */
function decode({ encoding }: Codecs, auth: Auth, frame: Uint8Array): Decoded {
  const decoded = encoding.decode(frame);
  if (!decoded.ok || auth.open === undefined) return decoded;
  const sealed = bytesOf(decoded.message, "_sealed");
  if (sealed === undefined) return decoded;
  const plain = auth.open(sealed);
  return plain === undefined ? { ok: false, why: "the seal is broken" } : encoding.decode(plain);
}

/** A message that was packed as a whole (`traditional_compression`). */
function unpacked(codecs: Codecs, algorithm: string, payload: Uint8Array): Opened {
  const compression = codecs.compressions.get(algorithm);
  if (compression === undefined) return refused("unpackable");
  let frame;
  try {
    frame = compression.unpack(payload, unpackedBytesMax);
  } catch {
    return refused("unpackable");
  }
  const decoded = codecs.encoding.decode(frame);
  return decoded.ok ? decoded : refused("malformed");
}

const refused = (refusal: Refusal): Opened => ({ ok: false, refusal });
