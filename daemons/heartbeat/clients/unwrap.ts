/**
 * Decodes a frame of the local socket. With `traditional_compression`, the original sends its
 * clients the same bytes as other nodes: the whole message compressed, followed by the signature,
 * which has no meaning here.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import type { Compression } from "../../../plugins/handler/compression/contract.ts";
import type { Decoded, Encoding } from "../../../plugins/handler/encoding/contract.ts";
import { unpackedBytesMax } from "../config.ts";
import { bytesOf, stringOf } from "../fields.ts";

/** What a frame says. Never throws. */
export function unwrap(
  encoding: Encoding,
  compressions: ReadonlyMap<string, Compression>,
  bytes: Uint8Array,
): Decoded {
  // A closing NUL belongs to classic framing; the original minds it nowhere.
  const frame = bytes.at(-1) === 0 && bytes[0] === 0x23 ? bytes.subarray(0, -1) : bytes;
  const plain = encoding.decode(frame);
  const envelope = plain.ok ? undefined : encoding.open(frame);
  const decoded = envelope === undefined ? plain : encoding.decode(envelope.frame);
  if (!decoded.ok) return decoded;
  const payload = bytesOf(decoded.message, "_compressed_payload");
  if (payload === undefined) return decoded;
  const algorithm = stringOf(decoded.message, "_compression_algorithm") ?? "";
  const compression = compressions.get(algorithm);
  if (compression === undefined) return { ok: false, why: `packed with "${algorithm}"` };
  try {
    return encoding.decode(compression.unpack(payload, unpackedBytesMax));
  } catch (error) {
    return { ok: false, why: messageOf(error) };
  }
}
