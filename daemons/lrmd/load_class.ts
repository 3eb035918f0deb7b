/**
 * The plugin of a class is loaded when a resource or a question first needs it: a node does not pay
 * for classes that nothing uses.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import type { ClassState, LrmdState } from "./state.ts";

/** The state of a class; one that is needed for the first time is loaded. */
export function needed(state: LrmdState, name: string, out: Effect[]): ClassState {
  const known = state.classes.get(name);
  if (known !== undefined) return known;
  const { classes } = state.config;
  const wanted = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (wanted === undefined) {
    const names = Object.keys(classes).sort().join(", ") || "none";
    return {
      failed: `no plugin runs agents of class "${name}"; this node has ${names}`,
    };
  }
  state.classes.set(name, "loading");
  out.push({ type: "load", instance: `ra:${name}`, ...wanted });
  return "loading";
}

/** Milliseconds until a class that could not be used is tried again, if something still needs it. */
export const retryMs = 30_000;
/** The begin of the name of its timer. */
const timerPrefix = "class ";

/** A class cannot be used: a busy machine or a missing file may be the reason, and both can change. */
export function failed(state: LrmdState, name: string, why: string, out: Effect[]): void {
  state.classes.set(name, { failed: why });
  out.push({ type: "timer", name: `${timerPrefix}${name}`, inMs: retryMs });
}

/** The next need loads the class again. Whether the timer was such a one. */
export function onRetry(state: LrmdState, timer: string): boolean {
  if (!timer.startsWith(timerPrefix)) return false;
  const name = timer.slice(timerPrefix.length);
  if (typeof state.classes.get(name) === "object") state.classes.delete(name);
  return true;
}
