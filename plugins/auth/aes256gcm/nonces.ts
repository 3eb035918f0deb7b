/**
 * Nonces that no two packets share: 8 random bytes of this process, then a count. When the count is
 * used up, new random bytes are drawn.
 *
 * @module
 */
import { randomBytes } from "node:crypto";

/** Bytes of a nonce. */
export const nonceBytes = 12;
/** Those of them that count. */
const countBytes = 4;

/** Gives one nonce after another; the first ends in this count. */
export function nonces(firstCount = 0): () => Uint8Array {
  let prefix = randomBytes(nonceBytes - countBytes);
  let count = firstCount;
  return () => {
    if (count > 0xffff_ffff) {
      prefix = randomBytes(nonceBytes - countBytes);
      count = 0;
    }
    const nonce = new Uint8Array(nonceBytes);
    nonce.set(prefix);
    new DataView(nonce.buffer).setUint32(nonceBytes - countBytes, count++);
    return nonce;
  };
}
