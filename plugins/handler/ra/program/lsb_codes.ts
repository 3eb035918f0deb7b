/**
 * Exit codes of the Linux Standard Base, as OCF's.
 *
 * @module
 */
import { rc } from "./result.ts";

/** Exit codes of `status`: running, dead with a pid file, dead with a lock, not running, unknown. */
const ofStatus: ReadonlyMap<number, number> = new Map([
  [0, rc.ok],
  [1, rc.notRunning],
  [2, rc.notRunning],
  [3, rc.notRunning],
  [4, rc.error],
]);

/** The code of `status` as OCF has it; undefined: the standard does not define it. */
export const ofLsbStatus = (code: number): number | undefined => ofStatus.get(code);

/** The code of any other action: 0 to 7 mean the same in both. What does not run is stopped. */
export function ofLsbAction(action: string, code: number): number | undefined {
  if (action === "stop" && code === rc.notRunning) return rc.ok;
  return code <= rc.notRunning ? code : undefined;
}
