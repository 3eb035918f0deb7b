/**
 * The contract of kind `stonith`, version `stonith/1`: a device that can end a node for sure.
 *
 * @module
 */

/** What a device may be asked to do to a node. */
export type FenceAction = "off" | "on" | "reboot";

/** How it went. */
export interface FenceResult {
  /** True only if the device confirmed that the node is in the state asked for. */
  readonly ok: boolean;
  /** What the device said, or why it could not. At most 1024 characters. */
  readonly detail: string;
}

/** The methods of a device. */
export interface Stonith {
  /** Names of the nodes it can fence, as the cluster knows them. */
  hosts(): Promise<readonly string[]> | readonly string[];
  /** Whether the device can be reached and used now. */
  status(): Promise<FenceResult> | FenceResult;
  /**
   * Does it, and believes nothing but the device's own confirmation.
   *
   * @param host one of `hosts()`; any other gives `ok: false`.
   * @param timeoutMs after which it must have answered.
   */
  fence(action: FenceAction, host: string, timeoutMs: number): Promise<FenceResult>;
  close(): void | Promise<void>;
}
