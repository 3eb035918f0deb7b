/**
 * Errors of devices that say how they are fixed, with their codes.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";

/** The device cannot be used as it is configured. */
export const unusable = (what: string, fix: string): Error =>
  new Error(withCode("HA8002", `${what}. Fix: ${fix}`));

/** The device, or its partner, did not do what was asked. */
export const unsuccessful = (what: string, fix: string): Error =>
  new Error(withCode("HA8004", `${what}. Fix: ${fix}`));
