/**
 * Heartbeat's packets, for who looks at them outside of it.
 *
 * @module
 */
export { type Keys, sealPacket } from "../codecs.ts";
export { unpackedBytesMax } from "../config.ts";
export { bytesOf, stringOf } from "../fields.ts";
export { noRefusals, noteRefusal, refusalsShown } from "../refusals.ts";
