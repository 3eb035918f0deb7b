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
   * Hides what a packet says; the result is not twice the same. Only methods with secrecy.
   * A packet that was sealed is authentic too.
   */
  seal?(bytes: Uint8Array): Uint8Array;
  /** What was sealed; undefined if it was not sealed by this key. Never throws. */
  open?(sealed: Uint8Array): Uint8Array | undefined;
}

/** An authentication emits nothing. */
export type AuthEvent = never;
