/**
 * Zstandard (RFC 8878), one frame with its checksum.
 *
 * @module
 */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Plugin } from "../../../pils/plugin.ts";
import type { Compression } from "../../handler/compression/contract.ts";
import { frameBytes } from "./frame.ts";
import type manifest from "./manifest.ts";

const zstd: Plugin<typeof manifest, Compression> = () => ({
  pack(bytes) {
    const packed = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    // Where the output fills the library's last chunk, it puts an empty frame behind ours.
    return new Uint8Array(packed.subarray(0, frameBytes(packed)));
  },
  unpack(packed, bytesMax) {
    // The library takes a stream that is cut off for one that has not ended yet.
    const length = frameBytes(packed);
    if (length === undefined) throw new Error("this is not a complete zstd frame");
    if (length !== packed.length) throw new Error("there are bytes after the end");
    const bytes = zstdDecompressSync(packed, { maxOutputLength: Math.max(1, bytesMax) });
    if (bytes.length > bytesMax) throw new RangeError(`more than ${bytesMax} bytes`);
    return new Uint8Array(bytes);
  },
});
export default zstd;
