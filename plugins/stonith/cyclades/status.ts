/**
 * The table that `pmCommand PORT status all` prints: a header with the names of its columns, and a row
 * for each outlet. Its columns differ between versions.
 *
 * @module
 */
import type { Power } from "../../handler/stonith/power_switch.ts";

/** The state of an outlet. @throws {Error} if the table does not say it. */
export function stateIn(table: string, outlet: string): Power {
  if (!/^outlet\s+name\s+status\b/im.test(table)) {
    throw new Error("the console server prints no table of outlets");
  }
  const rows = table.split(/\r?\n/)
    .map((line) => line.trim().split(/\s+/))
    .filter(([number]) => number === outlet);
  const words = rows.length === 1 ? rows[0]?.slice(1) ?? [] : [];
  // A name may be missing, and may be "ON" itself: then the row is not clear.
  const states = words.slice(0, 2).filter((word) => /^(?:on|off)$/i.test(word));
  if (states.length === 1) return states[0]?.toLowerCase() === "off" ? "off" : "on";
  throw new Error(
    rows.length === 1
      ? `the row of outlet ${outlet} says neither on nor off, or both: ${
        words.slice(0, 4).join(" ")
      }`
      : `the table has ${rows.length} rows for outlet ${outlet}`,
  );
}
