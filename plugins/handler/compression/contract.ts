/**
 * The contract of kind `compression`, version `compression/1`: packs bytes and unpacks them.
 *
 * Both methods are synchronous when the plugin is inline. What comes to `unpack` may be hostile:
 * a few bytes that claim to be gigabytes must cost no more than the bound allows.
 *
 * @module
 */

/** The methods of a compression. */
export interface Compression {
  /** The packed form; it may be larger than what went in. */
  pack(bytes: Uint8Array): Uint8Array;
  /**
   * What was packed.
   *
   * @param bytesMax bytes that may come out at most.
   * @throws {RangeError} if more would come out; nothing beyond the bound is kept.
   * @throws {Error} if this is nothing that was packed, or has something behind its end.
   */
  unpack(packed: Uint8Array, bytesMax: number): Uint8Array;
}

/** A compression emits nothing. */
export type CompressionEvent = never;
