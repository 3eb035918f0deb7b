/**
 * The contract of kind `watchdog`, version `watchdog/1`: kills a process or resets a machine that
 * does not show in time that it still works. It must not depend on the process that it watches:
 * once armed, it bites without a further call.
 *
 * Two parameters, if the manifest has them, have a meaning for the caller: `timeoutMs`, the
 * milliseconds without a pet after which it bites (heartbeat refuses one that is not more than twice
 * its keepalive), and `pid`, the process it is to watch (heartbeat gives its own where none is given).
 *
 * @module
 */

/** The methods of a watchdog. */
export interface Watchdog {
  /** From now on it bites, unless it is petted in time. Arming an armed watchdog pets it. */
  arm(): void | Promise<void>;
  /** Shows that the watched process still works. */
  pet(): void | Promise<void>;
  /** From now on it does not bite. Closing it without this call leaves it armed, if possible. */
  disarm(): void | Promise<void>;
}

/** What a watchdog emits. */
export type WatchdogEvent =
  /**
   * It cannot do its work: there is no device, or its guard has died. The caller closes it and
   * starts again after a while.
   */
  { readonly type: "trouble"; readonly why: string };
