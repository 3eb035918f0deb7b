/**
 * Why a machine is refused, as the person there reads it.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";

/** What is wrong, and what to do. */
export const reasonOf = (what: string, fix: string): string =>
  withCode("HA0043", `${what}. Fix: ${fix}`);
