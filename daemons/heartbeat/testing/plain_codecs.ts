/**
 * Codecs that are simple enough to be seen through, for the tests of heartbeat.
 *
 * @module
 */
import type { Auth } from "../../../plugins/handler/auth/contract.ts";
import type { Compression } from "../../../plugins/handler/compression/contract.ts";
import type { Encoding, WireMessage } from "../../../plugins/handler/encoding/contract.ts";
import type { Codecs } from "../codecs.ts";

/** Codecs without cryptography: JSON, signed with a sum over key and bytes. */
export function plainCodecs(key: string): Codecs {
  return {
    encoding: jsonLines,
    keys: { entries: new Map([[1, summed(key)]]), current: 1 },
    compressions: new Map([["runs", runs]]),
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Bytes with how often they repeat. */
const runs: Compression = {
  pack(bytes) {
    const packed: number[] = [];
    for (let at = 0; at < bytes.length;) {
      let count = 1;
      while (count < 255 && bytes[at + count] === bytes[at]) count++;
      packed.push(bytes[at]!, count);
      at += count;
    }
    return Uint8Array.from(packed);
  },
  unpack(packed, bytesMax) {
    const bytes: number[] = [];
    if (packed.length % 2 !== 0) throw new Error("this is not a list of runs");
    for (let at = 0; at < packed.length; at += 2) {
      for (let count = packed[at + 1]!; count > 0; count--) bytes.push(packed[at]!);
      if (bytes.length > bytesMax) throw new RangeError(`more than ${bytesMax} bytes`);
    }
    return Uint8Array.from(bytes);
  },
};

const summed = (key: string): Auth => {
  const sign = (bytes: Uint8Array) => {
    let sum = 2166136261;
    for (let i = 0; i < key.length; i++) sum = Math.imul(sum ^ key.charCodeAt(i), 16777619);
    for (let i = 0; i < bytes.length; i++) sum = Math.imul(sum ^ bytes[i]!, 16777619);
    return (sum >>> 0).toString(16);
  };
  return { sign, verify: (bytes, mac) => sign(bytes) === mac };
};

const jsonLines: Encoding = {
  encode: (message) =>
    encoder.encode(
      JSON.stringify(message, (_, value) =>
        value instanceof Uint8Array ? { bytes: value.toBase64() } : value),
    ),
  decode(frame) {
    try {
      const message: WireMessage = JSON.parse(
        // A local client closes its frames with a NUL.
        decoder.decode(frame.at(-1) === 0 ? frame.subarray(0, -1) : frame),
        (_, value) => typeof value?.bytes === "string" ? Uint8Array.fromBase64(value.bytes) : value,
      );
      return { ok: true, message };
    } catch {
      return { ok: false, why: "no JSON" };
    }
  },
  signable: (frame) => frame,
  seal(frame, authnum, mac) {
    const trailer = encoder.encode(`\n${authnum} ${mac}`);
    const packet = new Uint8Array(frame.length + trailer.length);
    packet.set(frame);
    packet.set(trailer, frame.length);
    return packet;
  },
  open(packet) {
    const end = packet.lastIndexOf(10);
    const [authnum, mac] = decoder.decode(packet.subarray(end + 1)).split(" ");
    if (end < 0 || mac === undefined) return undefined;
    const frame = packet.subarray(0, end);
    return { authnum: Number(authnum), mac, signed: frame, frame };
  },
};
