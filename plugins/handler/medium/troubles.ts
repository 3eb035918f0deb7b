/**
 * Trouble, told once in a while: a link that is down drops every packet, and the log shall not say so
 * for each.
 *
 * @module
 */
import type { Host } from "../../../pils/plugin.ts";
import type { MediumEvent } from "./contract.ts";

/** Milliseconds between two reports. */
const everyMs = 1_000;
/** Milliseconds between two of the same: what lasts is known. */
const sameMs = 60_000;

/** Tells of trouble: the first time at once, later with how often it was kept back. */
export function troubles(host: Host<MediumEvent>): (why: string) => void {
  let toldAt = -Infinity;
  let told = "";
  let kept = 0;
  return (why) => {
    const now = performance.now();
    if (now - toldAt < (why === told ? sameMs : everyMs)) {
      kept++;
      return;
    }
    host.emit({ type: "trouble", why: kept === 0 ? why : `${why} (and ${kept} more since)` });
    toldAt = now;
    told = why;
    kept = 0;
  };
}
