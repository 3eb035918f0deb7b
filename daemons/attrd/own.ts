/**
 * The attributes of this node: how they change, and within which bounds.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { unprintableIn } from "../../metadata/printable.ts";
import type { Effect } from "../runtime/machine.ts";
import type { AttributeUpdate } from "../runtime/messages.ts";
import { attributesMax, totalBytesMax } from "./limits.ts";
import { setOf } from "./pairs.ts";
import type { AttrdState, Attribute, Outcome } from "./state.ts";
import { expanded } from "./value.ts";

const damper = "damp ";
/** The timer of an attribute whose changes are gathered. */
const timerOf = (name: string): string => damper + name;
/** The attribute of such a timer; undefined: it is another timer. */
export const dampedBy = (timer: string): string | undefined =>
  timer.startsWith(damper) ? timer.slice(damper.length) : undefined;

/** What came of a change that was made. */
const done: Outcome = { ok: true };

/** A change that this node does not make. */
export const refusal = (error: string): Outcome => ({
  ok: false,
  why: "refused",
  error: withCode("HA7020", error),
});

/** Changes an attribute of this node. */
export function change(
  state: AttrdState,
  update: AttributeUpdate,
  at: number,
  out: Effect[],
): Outcome {
  const { name, dampenMs } = update;
  const before = state.own.get(name);
  switch (update.change) {
    case "dampen":
      if (before === undefined) {
        return { ok: false, why: "no such attribute", error: `This node has no attribute ${name}` };
      }
      return put(state, name, { ...before, dampenMs: dampenMs ?? 0 }, out);
    case "delete":
      if (before !== undefined) remove(state, name, before, at, out);
      return done;
    case "set":
    case "both": {
      if (update.value === undefined) return refusal(`Attribute ${name} is not set: no value`);
      const { set } = before ?? update;
      const keeps = update.change === "set" && before !== undefined;
      return put(
        state,
        name,
        {
          value: expanded(update.value, before?.value),
          dampenMs: keeps ? before.dampenMs : dampenMs ?? before?.dampenMs ?? 0,
          private: before?.private ?? update.private ?? false,
          ...(set === undefined ? {} : { set }),
        },
        out,
      );
    }
  }
}

function put(
  state: AttrdState,
  name: string,
  attribute: Attribute,
  out: Effect[],
): Outcome {
  const before = state.own.get(name);
  const excess = excessOf(state, name, attribute);
  if (excess !== undefined) return refusal(`Attribute ${name} is not set: ${excess}`);
  if (
    before?.value === attribute.value && before.dampenMs === attribute.dampenMs
  ) return done;
  const deleted = state.deleted.get(name);
  state.own.set(name, attribute);
  state.deleted.delete(name);
  // What was deleted from another set must still leave it.
  if (deleted !== undefined && deleted.set !== attribute.set) state.deleted.set(name, deleted);
  if (before?.value !== attribute.value || attribute.dampenMs === 0) {
    gather(state, name, attribute, out);
  }
  noteChange(state, name);
  return done;
}

function remove(
  state: AttrdState,
  name: string,
  { dampenMs, set, private: isPrivate }: Attribute,
  at: number,
  out: Effect[],
): void {
  state.own.delete(name);
  if (isPrivate) state.damped.delete(name);
  else {
    state.deleted.set(name, { dampenMs, at, ...(set === undefined ? {} : { set }) });
    gather(state, name, { dampenMs, private: false }, out);
  }
  noteChange(state, name);
}

/** Drops all attributes of this life of the node at once. */
export function clear(state: AttrdState, at: number, out: Effect[]): Outcome {
  for (const [name, attribute] of [...state.own]) {
    remove(state, name, { ...attribute, dampenMs: 0 }, at, out);
  }
  return done;
}

/**
 * The first change of a row starts the wait, and the last one is written. Further changes do not
 * prolong the wait: an attribute that never settles would never be written.
 */
function gather(
  state: AttrdState,
  name: string,
  { dampenMs, private: isPrivate }: Pick<Attribute, "dampenMs" | "private">,
  out: Effect[],
): void {
  if (isPrivate) return;
  if (dampenMs === 0) {
    if (state.damped.delete(name)) out.push({ type: "cancel", name: timerOf(name) });
    return;
  }
  if (state.damped.has(name)) return;
  state.damped.add(name);
  out.push({ type: "timer", name: timerOf(name), inMs: dampenMs });
}

function noteChange(state: AttrdState, name: string): void {
  state.changed.add(name);
  state.unsaved = true;
}

/** Which bound an attribute would exceed. */
function excessOf(state: AttrdState, name: string, attribute: Attribute): string | undefined {
  const { own, deleted } = state;
  const unshown = unshownIn(name);
  if (unshown !== undefined) return unshown;
  if (!own.has(name) && own.size + deleted.size >= attributesMax && !makeRoom(state)) {
    return withCode(
      "HA7020",
      `this node has ${own.size} attributes; limit ${attributesMax}. ` +
        "Fix: delete some, with attrd_updater -D -n NAME",
    );
  }
  let total = bytesOf(name, attribute.value);
  const isPair = setOf(name, attribute.set);
  for (const [other, { value, set, private: isPrivate }] of own) {
    if (other === name) continue;
    total += bytesOf(other, value);
    if (isPrivate || attribute.private || own.has(name)) continue;
    if (setOf(other, set) === isPair) return sameId(other);
  }
  return total > totalBytesMax
    ? withCode(
      "HA7020",
      `this node's attributes would have ${total} bytes; limit ${totalBytesMax}. ` +
        "Fix: use shorter values",
    )
    : undefined;
}

/** Why the CIB, or a person who reads it, could not take a name. */
export function unshownIn(name: string): string | undefined {
  const found = unprintableIn(name);
  return found === undefined ? undefined : withCode(
    "HA7020",
    `its name holds the character ${found}, which is not shown as it is. Fix: choose another name`,
  );
}

/** Why two attributes cannot both be there. */
export const sameId = (other: string): string =>
  withCode(
    "HA7020",
    `in the CIB it would have the id of ${other}. ` +
      "Fix: choose a name that differs in letters or digits",
  );

/** The attribute that was deleted longest ago gives way. */
function makeRoom({ own, deleted }: AttrdState): boolean {
  if (own.size >= attributesMax) return false;
  const [first] = deleted.keys();
  if (first !== undefined) deleted.delete(first);
  return true;
}

const bytesOf = (name: string, value: string): number =>
  new TextEncoder().encode(name).length + new TextEncoder().encode(value).length;
