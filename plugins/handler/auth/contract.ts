/**
 * The contract of kind `auth`, version `auth/1`: signs packets and verifies them, with a key that
 * the plugin was configured with.
 *
 * Both methods are synchronous when the plugin is inline, and work on every packet of a cluster:
 * they must be fast, and `verify` must take the same time whatever differs.
 *
 * @module
 */

/** The methods of an authentication. */
export interface Auth {
  /** The signature: lower-case hex digits, at least one. */
  sign(bytes: Uint8Array): string;
  /** Whether this is exactly the signature of these bytes. Never throws. */
  verify(bytes: Uint8Array, mac: string): boolean;
  /**
   * Encrypts a packet; the result differs each time. Only for methods with secrecy.
   * A packet that was sealed is authentic too.
   */
  seal?(bytes: Uint8Array): Uint8Array;
  /** The decrypted packet; undefined if this key did not seal it. Never throws. */
  open?(sealed: Uint8Array): Uint8Array | undefined;
}

/** An authentication emits nothing. */
export type AuthEvent = never;
