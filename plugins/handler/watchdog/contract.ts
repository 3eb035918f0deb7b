/**
 * The contract of kind `watchdog`, version `watchdog/1`: ends what does not show in time that it still
 * works. It must not depend on the one it watches: once armed it bites without being asked.
 *
 * Two parameters have a meaning for whoever loads it, where a manifest has them: `timeoutMs`, the
 * milliseconds without a pet after which it bites (heartbeat refuses one that is not more than twice
 * its keepalive), and `pid`, the process it is to watch (heartbeat gives its own where none is given).
 *
 * @module
 */

/** The methods of a watchdog. */
export interface Watchdog {
  /** From now on it bites, unless it is petted in time. Arming what is armed is petting it. */
  arm(): void | Promise<void>;
  /** Shows that the one it watches still works. */
  pet(): void | Promise<void>;
  /** From now on it does not bite. To close it without this leaves it armed, if it can be. */
  disarm(): void | Promise<void>;
}

/** What a watchdog emits. */
export type WatchdogEvent =
  /**
   * It cannot do its work: there is no device, or its guard has died. It is closed, and begun anew
   * after a while.
   */
  { readonly type: "trouble"; readonly why: string };
