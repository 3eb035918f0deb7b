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
