/**
 * CRC-32 as heartbeat's `crc`: polynomial 0x04C11DB7, most significant bit first, initial value 0,
 * complemented, printed in hex **without leading zeros**. Unlike `cksum`, the length is not added.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import { sameMac } from "../../handler/auth/constant_time.ts";
import type { Auth } from "../../handler/auth/contract.ts";
import type manifest from "./manifest.ts";

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

function sign(bytes: Uint8Array): string {
  let crc = 0;
  for (let i = 0; i < bytes.length; i++) crc = (crc << 8) ^ table[(crc >>> 24) ^ bytes[i]!]!;
  return (~crc >>> 0).toString(16);
}

const crc: Plugin<typeof manifest, Auth> = () => ({
  sign,
  verify: (bytes, mac) => sameMac(sign(bytes), mac),
});
export default crc;
