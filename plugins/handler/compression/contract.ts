/**
 * The contract of kind `compression`, version `compression/1`: compresses and decompresses bytes.
 *
 * Both methods are synchronous when the plugin is inline. The input of `unpack` may be hostile: a
 * few bytes that claim to be gigabytes must not cost more than the bound allows.
 *
 * @module
 */

/** The methods of a compression. */
export interface Compression {
  /** The packed form; it may be larger than the input. */
  pack(bytes: Uint8Array): Uint8Array;
  /**
   * The original bytes.
   *
   * @param bytesMax maximum bytes of output.
   * @throws {RangeError} if the output would be larger; nothing beyond the bound is kept.
   * @throws {Error} if the input is not valid, or has bytes after its end.
   */
  unpack(packed: Uint8Array, bytesMax: number): Uint8Array;
}

/** A compression emits nothing. */
export type CompressionEvent = never;
