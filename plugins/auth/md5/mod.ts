/**
 * HMAC-MD5 over the whole packet, 32 lower-case hex digits.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import { sameMac } from "../../handler/auth/constant_time.ts";
import type { Auth } from "../../handler/auth/contract.ts";
import { hmac } from "../../handler/auth/hmac.ts";
import type manifest from "./manifest.ts";

const md5: Plugin<typeof manifest, Auth> = ({ key }) => {
  const sign = hmac("md5", key);
  return { sign, verify: (bytes, mac) => sameMac(sign(bytes), mac) };
};
export default md5;
