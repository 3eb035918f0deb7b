/**
 * A token: one word that a person carries from a node to the machine that joins.
 *
 *     HA1-…      base64url of: IP version (1 byte), address (4 or 16), port (2), end of its life in
 *                seconds since 1970 (4), fingerprint of the certificate (32), secret (16), checksum (4)
 *
 * The checksum finds typing errors before anything is sent. It keeps nobody out: the secret does.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { isIPv4, isIPv6 } from "../../../../metadata/special/mod.ts";
import { withCode } from "../../../../metadata/code.ts";

/** What a token holds. */
export interface Token {
  readonly address: string;
  /** TCP. */
  readonly port: number;
  /** Seconds since 1970. */
  readonly endsS: number;
  /** SHA-256 of the certificate. */
  readonly fingerprint: Uint8Array;
  readonly secret: Uint8Array;
}

/** Bytes of the secret. */
export const secretBytes = 16;
const fingerprintBytes = 32;
const checksumBytes = 4;
const begin = "HA1-";
/** Characters of a token at most. */
const charactersMax = 128;

/** The word. */
export function tokenText({ address, port, endsS, fingerprint, secret }: Token): string {
  const at = addressBytes(address);
  const bytes = new Uint8Array(1 + at.length + 6 + fingerprintBytes + secretBytes + checksumBytes);
  const view = new DataView(bytes.buffer);
  bytes[0] = at.length === 4 ? 4 : 6;
  bytes.set(at, 1);
  view.setUint16(1 + at.length, port);
  view.setUint32(3 + at.length, endsS);
  bytes.set(fingerprint, 7 + at.length);
  bytes.set(secret, 7 + at.length + fingerprintBytes);
  const end = bytes.length - checksumBytes;
  bytes.set(checksumOf(bytes.subarray(0, end)), end);
  return begin + bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/**
 * Reads the word.
 *
 * @throws {TypeError} if it is none: with what is wrong.
 */
export function readToken(text: string): Token {
  if (!text.startsWith(begin)) {
    const version = /^HA(\d{1,3})-/.exec(text)?.[1];
    throw wrong(
      version === undefined
        ? `it does not begin with ${begin}`
        : `it is of version ${version}, and this program knows version 1`,
    );
  }
  const bytes = bytesOf(text.slice(begin.length));
  const addressLength = bytes[0] === 4 ? 4 : bytes[0] === 6 ? 16 : undefined;
  const end = bytes.length - checksumBytes;
  if (end < 1 || !isSame(checksumOf(bytes.subarray(0, end)), bytes.subarray(end))) {
    throw wrong("its checksum does not match: characters are wrong or missing");
  }
  const whole = 7 + (addressLength ?? 0) + fingerprintBytes + secretBytes + checksumBytes;
  if (addressLength === undefined || bytes.length !== whole) throw wrong("it has no known form");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const at = 1 + addressLength;
  const port = view.getUint16(at);
  if (port === 0) throw wrong("it has no known form");
  return {
    address: addressText(bytes.subarray(1, at)),
    port,
    endsS: view.getUint32(at + 2),
    fingerprint: bytes.slice(at + 6, at + 6 + fingerprintBytes),
    secret: bytes.slice(at + 6 + fingerprintBytes, end),
  };
}

function bytesOf(text: string): Uint8Array {
  if (text.length > charactersMax || !/^[A-Za-z0-9_-]+$/.test(text)) {
    throw wrong("it has characters that no token has");
  }
  try {
    return Uint8Array.fromBase64(text, { alphabet: "base64url", lastChunkHandling: "loose" });
  } catch {
    throw wrong("characters are missing");
  }
}

const wrong = (what: string): TypeError =>
  new TypeError(
    withCode("HA0041", `This is no token: ${what}. Fix: copy it whole from ha cluster token`),
  );

const checksumOf = (bytes: Uint8Array): Uint8Array =>
  createHash("sha256").update("ha token").update(bytes).digest().subarray(0, checksumBytes);

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at]);

function addressBytes(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split("."), Number);
  if (!isIPv6(address)) throw new TypeError(`"${address}" is no IP address`);
  const tail = /(?<before>.*:)(?<four>\d+\.\d+\.\d+\.\d+)$/.exec(address)?.groups;
  const [a = 0, b = 0, c = 0, d = 0] = tail?.four?.split(".").map(Number) ?? [];
  const hex = (high: number, low: number) => ((high << 8) | low).toString(16);
  const plain = tail === undefined ? address : `${tail.before}${hex(a, b)}:${hex(c, d)}`;
  const [left = "", right] = plain.split("::");
  const groups = (half = "") => half === "" ? [] : half.split(":");
  const after = groups(right);
  const zeros = Array.from({ length: 8 - groups(left).length - after.length }, () => "0");
  return Uint8Array.from(
    [...groups(left), ...zeros, ...after].flatMap((group) => {
      const value = parseInt(group, 16);
      return [value >> 8, value & 255];
    }),
  );
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, at) => (bytes[2 * at]! << 8) | bytes[2 * at + 1]!);
  return groups.map((group) => group.toString(16)).join(":");
}
