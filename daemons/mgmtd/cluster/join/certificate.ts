/**
 * A certificate that signs itself, for the minutes in which a token is open: X.509 version 3 in DER
 * (RFC 5280), with a new key of P-256 (RFC 5480).
 *
 * The form is fixed, so its writer is smaller than what a library brings: the packages that could
 * make it need rights when they are imported, or a dozen more packages.
 *
 * @module
 */
import { createHash, createPrivateKey, generateKeyPairSync, sign } from "node:crypto";

/** A certificate and its key, both as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** SHA-256 of the certificate's DER. */
  readonly fingerprint: Uint8Array;
}

/** The name that the certificate is for: no name of a machine, since it belongs to a token. */
export const certificateName = "ha-join";

/** Milliseconds before now from which it is valid: the clock of the other may be behind. */
const earlierMs = 24 * 3_600_000;

/** DER: a tag, a length and the content. */
function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const size = length < 0x80
    ? [length]
    : length < 0x100
    ? [0x81, length]
    : [0x82, length >> 8, length & 0xff];
  const bytes = new Uint8Array(1 + size.length + length);
  bytes.set([tag, ...size]);
  let at = 1 + size.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const oid = (...bytes: readonly number[]) => der(0x06, Uint8Array.from(bytes));
const ascii = (text: string) => new TextEncoder().encode(text);

const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const commonName = oid(0x55, 0x04, 0x03);
const subjectAltName = oid(0x55, 0x1d, 0x11);
const basicConstraints = oid(0x55, 0x1d, 0x13);
const yes = der(0x01, Uint8Array.of(0xff));

/** `YYMMDDhhmmssZ`, or with four digits of the year from 2050 on. */
function time(ms: number): Uint8Array {
  const date = new Date(ms);
  const text = date.toISOString().replace(/[-:T]|\.\d+/g, "");
  return date.getUTCFullYear() < 2050 ? der(0x17, ascii(text.slice(2))) : der(0x18, ascii(text));
}

function pem(label: string, bytes: Uint8Array): string {
  const lines = bytes.toBase64().replace(/.{64}/g, "$&\n").trimEnd();
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** Makes one. @param lifeMs milliseconds from `nowMs` until it ends. */
export function makeCertificate(nowMs: number, lifeMs: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(
    der(0x31, sequence(commonName, der(0x0c, ascii(certificateName)))),
  );
  const serial = crypto.getRandomValues(new Uint8Array(16));
  serial[0] = (serial[0]! & 0x7f) | 0x40; // positive, and no zeros in front
  const names = sequence(der(0x82, ascii(certificateName)));
  // No authority: it vouches for nobody but itself.
  const extensions = sequence(
    sequence(basicConstraints, yes, der(0x04, sequence())),
    sequence(subjectAltName, der(0x04, names)),
  );
  const body = sequence(
    der(0xa0, der(0x02, Uint8Array.of(2))),
    der(0x02, serial),
    ecdsaWithSha256,
    name,
    sequence(time(nowMs - earlierMs), time(nowMs + lifeMs)),
    name,
    new Uint8Array(publicKey.export({ type: "spki", format: "der" })),
    der(0xa3, extensions),
  );
  const pkcs8 = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const signature = new Uint8Array(sign("sha256", body, createPrivateKey(pkcs8)));
  const whole = sequence(body, ecdsaWithSha256, der(0x03, Uint8Array.of(0), signature));
  return { cert: pem("CERTIFICATE", whole), key: pkcs8, fingerprint: fingerprintOf(whole) };
}

/** The fingerprint of a certificate in DER. */
export const fingerprintOf = (certificate: Uint8Array): Uint8Array =>
  new Uint8Array(createHash("sha256").update(certificate).digest());

/** A certificate in DER as PEM. */
export const certificatePem = (certificate: Uint8Array): string => pem("CERTIFICATE", certificate);
