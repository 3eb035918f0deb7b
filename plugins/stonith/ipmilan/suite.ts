/**
 * Cipher suites of RMCP+: 3 is SHA-1 throughout, 17 SHA-256; both encrypt with AES-CBC-128
 * (IPMI 2.0, 13.28 to 13.32 and 22.15.2).
 *
 * @module
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { isSame, join } from "./bytes.ts";

/** One suite. */
export interface Suite {
  readonly number: number;
  readonly hash: "sha1" | "sha256";
  /** Numbers of the algorithms, for the opening of a session. */
  readonly authentication: number;
  readonly integrity: number;
  readonly confidentiality: number;
  /** Bytes of a check value that go over the wire. */
  readonly checkBytes: number;
}

/** The suites that are known here. */
export const suites = {
  "3": {
    number: 3,
    hash: "sha1",
    authentication: 1,
    integrity: 1,
    confidentiality: 1,
    checkBytes: 12,
  },
  "17": {
    number: 17,
    hash: "sha256",
    authentication: 3,
    integrity: 4,
    confidentiality: 1,
    checkBytes: 16,
  },
} as const satisfies Readonly<Record<string, Suite>>;

/** Keys of a session. */
export interface Keys {
  /** For check values. */
  readonly check: Uint8Array;
  /** For AES: the first 16 bytes. */
  readonly cipher: Uint8Array;
}

/** Bytes of the constants from which keys are made. */
const constantBytes = 20;
const blockBytes = 16;

/** A keyed hash. */
export function hmac(
  { hash }: Suite,
  key: Uint8Array,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  const made = createHmac(hash, key);
  for (const part of parts) made.update(part);
  return new Uint8Array(made.digest());
}

/** Keys out of the key of the session. */
export function keysOf(suite: Suite, sessionKey: Uint8Array): Keys {
  const constant = (byte: number) => new Uint8Array(constantBytes).fill(byte);
  return {
    check: hmac(suite, sessionKey, constant(1)),
    cipher: hmac(suite, sessionKey, constant(2)).subarray(0, blockBytes),
  };
}

/** Encrypts: a random start, and padding that counts 1, 2, 3 and ends with its length. */
export function encrypt(keys: Keys, plain: Uint8Array): Uint8Array {
  const padding = (blockBytes - (plain.length + 1) % blockBytes) % blockBytes;
  const numbers = Array.from({ length: padding }, (_, at) => at + 1);
  const start = randomBytes(blockBytes);
  const cipher = createCipheriv("aes-128-cbc", keys.cipher, start).setAutoPadding(false);
  return join(start, cipher.update(join(plain, numbers, [padding])), cipher.final());
}

/** Decrypts; undefined if the padding is wrong. */
export function decrypt(keys: Keys, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < 2 * blockBytes || sealed.length % blockBytes !== 0) return undefined;
  const [start, body] = [sealed.subarray(0, blockBytes), sealed.subarray(blockBytes)];
  const cipher = createDecipheriv("aes-128-cbc", keys.cipher, start).setAutoPadding(false);
  const plain = join(cipher.update(body), cipher.final());
  const padding = plain.at(-1) ?? 0;
  if (padding >= blockBytes || padding + 1 > plain.length) return undefined;
  return plain.subarray(0, plain.length - padding - 1);
}

/** A check value of a packet: over all from the authentication type to the next header. */
export const checkOf = (suite: Suite, keys: Keys, covered: Uint8Array): Uint8Array =>
  hmac(suite, keys.check, covered).subarray(0, suite.checkBytes);

/** Whether the check value at the end of a packet is right. */
export function isChecked(suite: Suite, keys: Keys, packet: Uint8Array): boolean {
  const at = packet.length - suite.checkBytes;
  return at > 0 && isSame(checkOf(suite, keys, packet.subarray(0, at)), packet.subarray(at));
}
