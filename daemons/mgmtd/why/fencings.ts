/**
 * What became of fencings, as the stonithd of the node that is asked remembers them: no CIB says by
 * whom and by which device a node was fenced.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import type { NodeReport } from "../status/node_report.ts";
import { listOf, member, numberOf, textOf } from "../status/json_parts.ts";

/** Fencings of one node that are shown at most: the last ones. */
const shownMax = 5;

/** One fencing. */
export interface Fencing {
  readonly target: string;
  readonly action: string;
  readonly ok: boolean;
  /** The node that carried it out, or gave it up. */
  readonly by: string;
  /** The devices that confirmed it; empty: not known. */
  readonly device: string;
  /** Who asked for it; empty: not known. */
  readonly asker: string;
  readonly detail: string;
  /** Why it was asked for; empty: nobody said. */
  readonly reason: string;
  /** Milliseconds that it took; 0: not known. */
  readonly tookMs: number;
  /** ISO 8601. */
  readonly at: string;
}

/** Reads the answer of stonithd, field by field; oldest first. */
export function readFencings({ answers: { stonithd = null } }: NodeReport): readonly Fencing[] {
  return listOf(member(stonithd, "history")).flatMap((one): Fencing[] => {
    const target = textOf(member(one, "target"));
    const wallMs = numberOf(member(one, "wallMs"));
    if (target === undefined || wallMs === undefined || Math.abs(wallMs) > 8.64e15) return [];
    const text = (name: string) => textOf(member(one, name)) ?? "";
    return [{
      target,
      action: text("action"),
      ok: member(one, "ok") === true,
      by: text("delegate"),
      device: text("device"),
      asker: text("asker"),
      detail: text("detail"),
      reason: text("reason"),
      tookMs: numberOf(member(one, "tookMs")) ?? 0,
      at: new Date(wallMs).toISOString(),
    }];
  });
}

/** The last ones of a node. */
export const fencingsOf = (fencings: readonly Fencing[], node: string): readonly Fencing[] =>
  fencings.filter(({ target }) => target === node).slice(-shownMax);

/** One of them, as a sentence. */
export function fencingText(fencing: Fencing): string {
  const { action, ok, by, device, asker, detail, at, reason, tookMs } = fencing;
  const why = reason === "" ? "" : ` (${clip(reason, 300)})`;
  const asked = asker === "" ? "" : `, asked for by ${asker}${why}`;
  const took = ok && tookMs > 0 ? `, after ${tookMs} ms` : "";
  return ok
    ? `It was fenced (${action}) at ${at} by ${by}` +
      `${device === "" ? "" : `, with device "${clip(device, 200)}"`}${took}${asked}.`
    : `Fencing it (${action}) failed at ${at}, on ${by}${asked}: ${clip(detail, 500)}.`;
}
