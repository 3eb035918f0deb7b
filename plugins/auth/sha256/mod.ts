/**
 * HMAC-SHA256 over the whole packet, 64 lower-case hex digits.
 *
 * @module
 */
import { createHmac } from "node:crypto";
import type { Plugin } from "../../../pils/plugin.ts";
import { sameMac } from "../../handler/auth/constant_time.ts";
import type { Auth } from "../../handler/auth/contract.ts";
import type manifest from "./manifest.ts";

const sha256: Plugin<typeof manifest, Auth> = ({ key }) => {
  const sign = (bytes: Uint8Array): string => createHmac("sha256", key).update(bytes).digest("hex");
  return { sign, verify: (bytes, mac) => sameMac(sign(bytes), mac) };
};
export default sha256;
