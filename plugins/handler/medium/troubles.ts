/**
 * Problems, reported once in a while: a link that is down drops every packet, and the log must not
 * say so for each.
 *
 * @module
 */
import type { Host } from "../../../pils/plugin.ts";
import type { MediumEvent } from "./contract.ts";

/** Milliseconds between two reports. */
const everyMs = 1_000;
/** Milliseconds between two of the same: what lasts is known. */
const sameMs = 60_000;

/** Reports a problem: the first time immediately, later with the number of suppressed reports. */
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
