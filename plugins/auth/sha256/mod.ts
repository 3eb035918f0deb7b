/**
 * HMAC-SHA256 over the whole packet, 64 lower-case hex digits.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import { sameMac } from "../../handler/auth/constant_time.ts";
import type { Auth } from "../../handler/auth/contract.ts";
import { hmac } from "../../handler/auth/hmac.ts";
import type manifest from "./manifest.ts";

const sha256: Plugin<typeof manifest, Auth> = ({ key }) => {
  const sign = hmac("sha256", key);
  return { sign, verify: (bytes, mac) => sameMac(sign(bytes), mac) };
};
export default sha256;
