/**
 * Brings this node's attributes into the CIB.
 *
 * Level triggered: what the CIB should say is compared with what it says, and the differences are one
 * write. There is never more than one under way, and after it, after each change of the CIB and after
 * each view the two are compared again. So a write that was lost with a coordinator, or undone by a
 * join, is made again.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import type { CibChange, Message } from "../runtime/messages.ts";
import { deletedMs, writeAgainMs, writeAgainMsMax } from "./limits.ts";
import { pairsAt, placeOf, setPairs, stateOf, unsetPairs } from "./pairs.ts";
import { type AttrdState, log, tell } from "./state.ts";

/** The timer after a refused write. */
export const writeTimer = "write again";

/** Writes what the CIB lacks, unless a write is under way. */
export function writeOut(state: AttrdState, at: number, out: Effect[]): void {
  const { root } = state.replica;
  if (state.write !== undefined || state.refusedWrites > 0 || root === undefined) return;
  if (!mayWrite(state, root)) return;
  const changes = differences(state, root);
  forget(state, root, at);
  if (changes.length === 0) return;
  state.write = `write ${state.life}.${++state.lastId}`;
  tell(out, "cib", { type: "cib/apply", id: state.write, changes });
}

/**
 * Only for a member that the coordinator has taken in, in this life: what is written for a node that
 * is gone, or that must be fenced before it counts again, would be kept for nobody.
 */
function mayWrite({ view, self }: AttrdState, root: XmlElement): boolean {
  if (view?.quorate !== true) return false;
  const known = stateOf(root, self)?.attributes;
  const own = view.members.find(({ node }) => node === self);
  return known?.in_ccm === "true" && known.join === "member" &&
    known.incarnation === String(own?.incarnation);
}

/** What the CIB should say otherwise. */
function differences(state: AttrdState, root: XmlElement): readonly CibChange[] {
  const place = placeOf(root, state.self, "reboot");
  if (place === undefined) return [];
  const pairs = pairsAt(root, place);
  const isThere = (name: string, set: string | undefined) =>
    pairs.find((pair) => pair.name === name && pair.set === (set ?? place.setId));
  const wanted = [...state.own].filter(([name, attribute]) =>
    !attribute.private && !state.damped.has(name) &&
    isThere(name, attribute.set)?.value !== attribute.value
  ).map(([name, { value, set }]) => ({ name, value, ...(set === undefined ? {} : { set }) }));
  const gone = [...state.deleted].flatMap(([name, { set }]) => {
    if (state.damped.has(name)) return [];
    return isThere(name, set) ?? [];
  });
  return [...unsetPairs(place, gone), ...setPairs(root, place, wanted)];
}

/** An attribute that was deleted long ago cannot come back. */
function forget(state: AttrdState, root: XmlElement, at: number): void {
  const place = placeOf(root, state.self, "reboot");
  for (const [name, { at: since, set }] of state.deleted) {
    if (at - since < deletedMs || place === undefined) continue;
    const isThere = pairsAt(root, place).some((pair) =>
      pair.name === name && pair.set === (set ?? place.setId)
    );
    if (!isThere) state.deleted.delete(name);
  }
}

/** The CIB has taken the write, or refused it. */
export function onWritten(
  state: AttrdState,
  { ok, error }: Extract<Message, { readonly type: "cib/applied" }>,
  out: Effect[],
): void {
  state.write = undefined;
  if (ok) {
    state.refusedWrites = 0;
    return;
  }
  const pauseMs = Math.min(writeAgainMs * 2 ** state.refusedWrites, writeAgainMsMax);
  state.refusedWrites++;
  log(
    out,
    "warning",
    withCode("HA7021", `This node's attributes are not in the CIB: ${error ?? "unknown"}`),
  );
  out.push({ type: "timer", name: writeTimer, inMs: pauseMs });
}

/** The pause is over. The count stays, so that the next one is longer. */
export function writeAgain(state: AttrdState, at: number, out: Effect[]): void {
  const { refusedWrites } = state;
  state.refusedWrites = 0;
  writeOut(state, at, out);
  if (state.write !== undefined) state.refusedWrites = refusedWrites;
}
