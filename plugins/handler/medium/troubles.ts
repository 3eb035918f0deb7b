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

/** Tells of trouble: the first time at once, then with how often it was kept back. */
export function troubles(host: Host<MediumEvent>): (why: string) => void {
  let toldAt = -Infinity;
  let kept = 0;
  return (why) => {
    const now = performance.now();
    if (now - toldAt < everyMs) {
      kept++;
      return;
    }
    host.emit({ type: "trouble", why: kept === 0 ? why : `${why} (and ${kept} more since)` });
    toldAt = now;
    kept = 0;
  };
}
