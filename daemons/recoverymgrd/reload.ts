/**
 * The configuration is read again: what was found, and which children that concerns.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect, Result } from "../runtime/machine.ts";
import { childOf, log, order, type RecoveryState } from "./state.ts";
import { stop } from "./stopping.ts";

/** What the driver's `children` has found in the file. */
export type Reread =
  /** It cannot be used, and nothing is changed. */
  | { readonly type: "refused"; readonly problems: readonly string[] }
  | {
    readonly type: "read";
    /** Fields that are in force from now on, or once the children named have been restarted. */
    readonly changed: readonly string[];
    readonly restart: readonly string[];
    /** Fields that have changed and wait for a restart of the whole node. */
    readonly waiting: readonly string[];
  };

/** Milliseconds that reading a file may take. */
const rereadMs = 10_000;

/** The operator wants it. */
export function hangup(state: RecoveryState, out: Effect[]): void {
  if (state.stopping !== undefined) return;
  out.push({
    type: "call",
    id: "reread",
    instance: "children",
    method: "reread",
    args: [],
    deadlineMs: rereadMs,
  });
  for (const name of state.config.hangups) {
    if (childOf(state, name)?.state === "running") out.push(order("hangup", name));
  }
}

/** The file has been read, or could not be. */
export function reread(state: RecoveryState, result: Result, out: Effect[]): void {
  const found = result.ok ? result.value as Reread : undefined;
  if (found === undefined || found.type === "refused") {
    const problems = found?.problems ?? [result.ok ? "no answer" : result.error];
    out.push(
      log("err", withCode("HA1004", "The node configuration cannot be used; nothing was changed:")),
    );
    for (const problem of problems) out.push(log("err", problem));
    return;
  }
  const { changed, restart, waiting } = found;
  if (changed.length + waiting.length === 0) {
    out.push(log("notice", "The node configuration was reloaded: nothing has changed"));
  }
  if (changed.length > 0) {
    const text = `${changed.join(", ")} changed; restarts ${restart.join(" and ")}`;
    out.push(log("notice", `The node configuration was reloaded: ${text}`));
  }
  if (waiting.length > 0) {
    const text = `${waiting.join(", ")} changed, which needs a restart of this node`;
    out.push(
      log(
        "warning",
        withCode("HA1007", `${text}. Fix: stop the node and start it again; others are unaffected`),
      ),
    );
  }
  if (state.stopping !== undefined) return;
  for (const name of restart) {
    const child = childOf(state, name);
    if (child === undefined || !child.alive || child.ending !== undefined) continue;
    child.ending = "restart";
    stop(state, name, out);
  }
}
