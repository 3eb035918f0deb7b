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
import { compareVersions } from "../cib/doors/document.ts";
import type { Effect } from "../runtime/machine.ts";
import type { CibChange, Message } from "../runtime/messages.ts";

import { attributesMax, deletedMs, writeAgainMs, writeAgainMsMax } from "./limits.ts";
import { pairsAt, placeOf, setPairs, stateOf, unsetPairs } from "./pairs.ts";
import { type AttrdState, log, tell } from "./state.ts";

/** The timer after a refused write. */
export const writeTimer = "write again";

/** Writes what the CIB lacks, unless a write is under way. */
export function writeOut(state: AttrdState, at: number, out: Effect[]): void {
  const { root } = state.replica;
  if (root === undefined || state.isPaused || !isUpToDate(state) || !mayWrite(state, root)) return;
  const { names, changes } = differences(state, root, at, out);
  forget(state, root, at);
  if (changes.length === 0) return;
  const id = `write ${state.life}.${++state.lastId}`;
  state.write = { id, names };
  tell(out, "cib", { type: "cib/apply", id, changes });
}

/**
 * Whether no write of this daemon is under way, and its copy of the CIB holds the last one. A set that
 * is missing in an older copy would be created once more, in the place of the one that is there.
 */
export function isUpToDate({ write, direct, awaited, replica }: AttrdState): boolean {
  if (write !== undefined || direct !== undefined) return false;
  return awaited === undefined || replica.version === undefined ||
    compareVersions(replica.version, awaited) >= 0;
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

/** What the CIB should say otherwise: of so many attributes as may be in one write. */
function differences(
  state: AttrdState,
  root: XmlElement,
  at: number,
  out: Effect[],
): { readonly names: readonly string[]; readonly changes: readonly CibChange[] } {
  const place = placeOf(root, state.self, "reboot");
  if (place === undefined) return { names: [], changes: [] };
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
  const names = chosen(state, wanted.map(({ name }) => name), at, out);
  return {
    names,
    changes: [
      ...unsetPairs(place, gone),
      ...setPairs(root, place, wanted.filter(({ name }) => names.includes(name))),
    ],
  };
}

/** The attributes of the next write. One that was refused comes alone, and after the others. */
function chosen(
  { heldBack, atOnce }: AttrdState,
  names: readonly string[],
  at: number,
  out: Effect[],
): readonly string[] {
  for (const name of heldBack.keys()) if (!names.includes(name)) heldBack.delete(name);
  const others = names.filter((name) => !heldBack.has(name));
  if (others.length > 0) return others.slice(0, atOnce);
  const [next] = [...heldBack].sort(([, one], [, other]) => one.until - other.until);
  if (next === undefined) return [];
  const [name, { until }] = next;
  if (until <= at) return [name];
  out.push({ type: "timer", name: writeTimer, inMs: until - at });
  return [];
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

/**
 * The CIB has taken the write, or refused it. One attribute that it refuses must not keep the others
 * out: half of a refused write is tried, then half of that, until it is known which one it is.
 */
export function onWritten(
  state: AttrdState,
  { ok, error = "unknown", version }: Extract<Message, { readonly type: "cib/applied" }>,
  at: number,
  out: Effect[],
): void {
  const names = state.write?.names ?? [];
  state.write = undefined;
  if (ok) {
    state.awaited = version;
    state.refusedWrites = 0;
    state.atOnce = Math.min(state.atOnce * 2, attributesMax);
    for (const name of names) state.heldBack.delete(name);
    return;
  }
  state.atOnce = Math.max(1, Math.ceil(names.length / 2));
  const [name] = names;
  if (name === undefined || names.length > 1) {
    const text = `This node's attributes are not in the CIB: ${error}`;
    log(out, "warning", withCode("HA7021", text));
    return pause(state, name === undefined ? pauseAfter(state.refusedWrites++) : writeAgainMs, out);
  }
  const count = state.heldBack.get(name)?.count ?? 0;
  state.heldBack.set(name, { count: count + 1, until: at + pauseAfter(count) });
  log(out, "warning", withCode("HA7021", `Attribute ${name} is not in the CIB: ${error}`));
  // Where all are refused, one after another, that is not to be a flood.
  if (count === 0) pause(state, pauseAfter(state.refusedWrites++), out);
}

function pause(state: AttrdState, inMs: number, out: Effect[]): void {
  state.isPaused = true;
  out.push({ type: "timer", name: writeTimer, inMs });
}

const pauseAfter = (refusals: number): number =>
  Math.min(writeAgainMs * 2 ** refusals, writeAgainMsMax);

/** Everything is tried again, at once. */
export function forgetRefusals(state: AttrdState): void {
  state.heldBack.clear();
  state.atOnce = attributesMax;
  state.refusedWrites = 0;
  state.isPaused = false;
  state.awaited = undefined;
}
