/**
 * Proofs that somebody has the secret of a token, bound to the certificate and to this conversation.
 *
 * @module
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** A conversation, as both sides know it. */
export interface Channel {
  readonly secret: Uint8Array;
  /** Of the certificate that this side presents, or sees. */
  readonly fingerprint: Uint8Array;
  /** The nonce of the node. */
  readonly hello: string;
  /** The nonce of the joining machine. */
  readonly ask: string;
}

/** The message that a proof belongs to: one of another is not good. */
export type Proved = "ask" | "granted" | "staged" | "added";

/** The proof, 64 hexadecimal digits. @param body what it vouches for. */
export function proofOf(channel: Channel, what: Proved, body: string): string {
  const { secret, fingerprint, hello, ask } = channel;
  const mac = createHmac("sha256", secret);
  // Every part has a fixed length or is hashed, so that no two lists of parts are the same bytes.
  for (const part of [`ha join 1 ${what}`, fingerprint, hello, ask, body]) {
    mac.update(createHash("sha256").update(part).digest());
  }
  return mac.digest("hex");
}

/** Whether a proof is right, in a time that says nothing of where it is wrong. */
export function isProved(channel: Channel, what: Proved, body: string, proof: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(proofOf(channel, what, body)), digest(proof));
}

/** A nonce. */
export const newNonce = (): string => crypto.getRandomValues(new Uint8Array(16)).toHex();
