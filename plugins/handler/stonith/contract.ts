/**
 * The contract of kind `stonith`, version `stonith/1`: a device that can reliably power off a node.
 *
 * @module
 */

/** The actions of a device. */
export type FenceAction = "off" | "on" | "reboot";

/** The result. */
export interface FenceResult {
  /**
   * True only if the device confirmed that the node is in the requested state. Of a reboot: that the
   * node was off in between; the detail says whether it is on again.
   */
  readonly ok: boolean;
  /** The device's message, or the reason of the failure. At most 1024 characters. */
  readonly detail: string;
}

/** The methods of a device. */
export interface Stonith {
  /** Names of the nodes it can fence, as the cluster knows them. */
  hosts(): Promise<readonly string[]> | readonly string[];
  /** Whether the device can be reached and used now. */
  status(): Promise<FenceResult> | FenceResult;
  /**
   * Carries out the action, and trusts only the device's own confirmation.
   *
   * @param host one of `hosts()`; any other gives `ok: false`.
   * @param timeoutMs by which it must have answered.
   */
  fence(action: FenceAction, host: string, timeoutMs: number): Promise<FenceResult>;
  close(): void | Promise<void>;
}
