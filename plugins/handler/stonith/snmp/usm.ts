/**
 * The user-based security of SNMP version 3 (RFC 3414, 3826, 7860): keys of a user at an engine,
 * signatures, and AES.
 *
 * @module
 */
import { createCipheriv, createHash, createHmac } from "node:crypto";

/** How messages are signed. */
export type AuthProtocol = "md5" | "sha" | "sha256";

/** A hash with the bytes of its signature. */
export const signatureBytes: Readonly<Record<AuthProtocol, number>> = {
  md5: 12,
  sha: 12,
  sha256: 24,
};

const hashes: Readonly<Record<AuthProtocol, string>> = {
  md5: "md5",
  sha: "sha1",
  sha256: "sha256",
};

/** Bytes into which a password is stretched. */
const stretchedBytes = 1 << 20;

/** The key of a password at an engine. */
export function keyOf(protocol: AuthProtocol, password: string, engine: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(password);
  const stretched = new Uint8Array(stretchedBytes);
  for (let at = 0; at < stretchedBytes; at += text.length) {
    stretched.set(text.subarray(0, stretchedBytes - at), at);
  }
  const key = createHash(hashes[protocol]).update(stretched).digest();
  return new Uint8Array(
    createHash(hashes[protocol]).update(key).update(engine).update(key).digest(),
  );
}

/** The signature of a message in which its place is zero. */
export function signatureOf(
  protocol: AuthProtocol,
  key: Uint8Array,
  message: Uint8Array,
): Uint8Array {
  const whole = createHmac(hashes[protocol], key).update(message).digest();
  return new Uint8Array(whole.subarray(0, signatureBytes[protocol]));
}

/** What AES begins with. */
export interface Begin {
  readonly boots: number;
  readonly time: number;
  readonly salt: Uint8Array;
}

/** AES-128 in the mode CFB: the platform has it only as single blocks. */
export function aes(
  key: Uint8Array,
  { boots, time, salt }: Begin,
  data: Uint8Array,
  way: "encrypt" | "decrypt",
): Uint8Array {
  const block = new Uint8Array(16);
  const view = new DataView(block.buffer);
  view.setUint32(0, boots);
  view.setUint32(4, time);
  block.set(salt.subarray(0, 8), 8);
  const result = new Uint8Array(data.length);
  let feedback: Uint8Array = block;
  for (let at = 0; at < data.length; at += 16) {
    const cipher = createCipheriv("aes-128-ecb", key.subarray(0, 16), null).setAutoPadding(false);
    const pad = cipher.update(feedback);
    cipher.final();
    const part = data.subarray(at, at + 16);
    part.forEach((byte, i) => result[at + i] = byte ^ pad[i]!);
    feedback = way === "encrypt" ? result.subarray(at, at + 16) : part;
  }
  return result;
}
