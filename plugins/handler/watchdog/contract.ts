/**
 * The contract of kind `watchdog`, version `watchdog/1`: ends what does not show in time that it still
 * works. It must not depend on the one it watches: once armed it bites without being asked.
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
  /** It cannot do its work: there is no device, or its guard has died. */
  { readonly type: "trouble"; readonly why: string };
