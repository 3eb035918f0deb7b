/**
 * The zlib format (RFC 1950), as heartbeat's `compression zlib` has it.
 *
 * @module
 */
import { deflateSync, inflateSync } from "node:zlib";
import type { Plugin } from "../../../pils/plugin.ts";
import type { Compression } from "../../handler/compression/contract.ts";
import type manifest from "./manifest.ts";

const zlib: Plugin<typeof manifest, Compression> = ({ level }) => ({
  pack: (bytes) => plain(deflateSync(bytes, { level })),
  unpack(packed, bytesMax) {
    const result: unknown = inflateSync(packed, {
      maxOutputLength: Math.max(1, bytesMax),
      info: true,
    });
    if (!isInformed(result)) throw new TypeError("node:zlib gives no information");
    const { buffer, engine } = result;
    if (engine.bytesWritten !== packed.length) throw new Error("there are bytes after the end");
    if (buffer.length > bytesMax) throw new RangeError(`more than ${bytesMax} bytes`);
    return plain(buffer);
  },
});
export default zlib;

/** Node's buffers share memory with each other: what leaves a plugin is on its own. */
const plain = (buffer: Uint8Array): Uint8Array => new Uint8Array(buffer);

/** What `info: true` gives, which the types of `node:zlib` do not tell. */
interface Informed {
  readonly buffer: Uint8Array;
  /** `bytesWritten`: bytes of the input that were used. */
  readonly engine: { readonly bytesWritten: number };
}

const isInformed = (result: unknown): result is Informed =>
  typeof result === "object" && result !== null && "buffer" in result && "engine" in result;
