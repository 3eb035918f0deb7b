/**
 * Secrecy and authenticity: packets are sealed with AES-256-GCM, and signed outside with HMAC-SHA256
 * so that a forged one is refused before anything of it is looked at. Both keys are derived from
 * the one in `authkeys`, so that neither tells of the other.
 *
 * A sealed packet is a nonce (12 bytes), a tag (16 bytes) and the hidden bytes.
 *
 * @module
 */
import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";
import type { Plugin } from "../../../pils/plugin.ts";
import { sameMac } from "../../handler/auth/constant_time.ts";
import type { Auth } from "../../handler/auth/contract.ts";
import { hmac } from "../../handler/auth/hmac.ts";
import type manifest from "./manifest.ts";
import { nonceBytes, nonces } from "./nonces.ts";

const tagBytes = 16;
const headBytes = nonceBytes + tagBytes;

const aes256gcm: Plugin<typeof manifest, Auth> = ({ key }) => {
  const secret = derived(key, "pils heartbeat seal");
  const sign = hmac("sha256", derived(key, "pils heartbeat sign").toString("hex"));
  const nonce = nonces();
  return {
    sign,
    verify: (bytes, mac) => sameMac(sign(bytes), mac),
    seal(bytes) {
      const fresh = nonce();
      const cipher = createCipheriv("aes-256-gcm", secret, fresh);
      const hidden = cipher.update(bytes);
      const rest = cipher.final();
      const sealed = new Uint8Array(headBytes + hidden.length + rest.length);
      sealed.set(fresh);
      sealed.set(cipher.getAuthTag(), nonceBytes);
      sealed.set(hidden, headBytes);
      sealed.set(rest, headBytes + hidden.length);
      return sealed;
    },
    open(sealed) {
      if (sealed.length < headBytes) return undefined;
      try {
        const decipher = createDecipheriv("aes-256-gcm", secret, sealed.subarray(0, nonceBytes));
        decipher.setAuthTag(sealed.subarray(nonceBytes, headBytes));
        const bytes = decipher.update(sealed.subarray(headBytes));
        decipher.final();
        return new Uint8Array(bytes);
      } catch {
        return undefined;
      }
    },
  };
};
export default aes256gcm;

/** A key of its own for each purpose. */
const derived = (key: string, purpose: string) =>
  createHmac("sha256", key).update(purpose).digest();
