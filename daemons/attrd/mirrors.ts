/**
 * What the members of a view know of each other's attributes. Each sends the others what has changed;
 * one that has missed something, or has just come, asks.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import type { View } from "../runtime/messages.ts";
import { askAgainMs, attributesMax } from "./limits.ts";
import {
  type AttrdState,
  type Attribute,
  isMember,
  log,
  others,
  type PeerMessage,
  say,
} from "./state.ts";

/** The timer that asks again. */
export const askTimer = "ask again";

/** A new view, or none: nodes that left take their attributes with them. */
export function enterView(state: AttrdState, view: View | undefined, out: Effect[]): void {
  state.view = view;
  for (const node of [...state.mirrors.keys()]) {
    if (!isMember(state, node)) state.mirrors.delete(node);
  }
  for (const node of [...state.unfinished.keys()]) {
    if (!isMember(state, node)) state.unfinished.delete(node);
  }
  askAll(state, out);
}

/** Asks every member for what this node may not know. */
export function askAll(state: AttrdState, out: Effect[]): void {
  state.asked.clear();
  for (const node of others(state)) ask(state, node, out);
  if (state.asked.size === 0) out.push({ type: "cancel", name: askTimer });
}

function ask(state: AttrdState, node: string, out: Effect[]): void {
  const mirror = state.mirrors.get(node);
  state.asked.add(node);
  say(out, node, {
    type: "ask",
    ...(mirror === undefined ? {} : { life: mirror.life, serial: mirror.serial }),
  });
  out.push({ type: "timer", name: askTimer, inMs: askAgainMs });
}

/** Some have not answered. */
export function askAgain(state: AttrdState, out: Effect[]): void {
  for (const node of state.asked) {
    if (isMember(state, node)) ask(state, node, out);
    else state.asked.delete(node);
  }
}

/** Another node asks. It may have a view already that this node does not have yet. */
export function onAsk(
  state: AttrdState,
  node: string,
  { life, serial }: Extract<PeerMessage, { readonly type: "ask" }>,
  out: Effect[],
): void {
  // Before it is known what holds on from before, there is nothing to say.
  if (state.generation === undefined) return;
  if (life === state.life && serial === state.serial) {
    const { serial: from } = state;
    say(out, node, { type: "changed", life, from, serial: from, values: {}, deleted: [] });
    return;
  }
  say(out, node, {
    type: "all",
    life: state.life,
    serial: state.serial,
    values: Object.fromEntries(state.own),
  });
}

/** Tells the other members what has changed. */
export function announce(state: AttrdState, out: Effect[]): void {
  if (state.changed.size === 0) return;
  const values: Record<string, Attribute> = {};
  const deleted: string[] = [];
  for (const name of state.changed) {
    const attribute = state.own.get(name);
    if (attribute === undefined) deleted.push(name);
    else values[name] = attribute;
  }
  state.changed.clear();
  const from = state.serial++;
  const { life, serial } = state;
  for (const node of others(state)) {
    say(out, node, { type: "changed", life, from, serial, values, deleted });
  }
}

/** A member says what it has. */
export function onSaid(
  state: AttrdState,
  node: string,
  message: Extract<PeerMessage, { readonly type: "all" | "changed" }>,
  at: number,
  out: Effect[],
): void {
  if (!isMember(state, node) || node === state.self) return;
  const { life, serial } = message;
  if (message.type === "all") {
    state.mirrors.set(node, { life, serial, values: new Map(Object.entries(message.values)) });
    state.asked.delete(node);
    return;
  }
  const mirror = state.mirrors.get(node);
  if (mirror === undefined || mirror.life !== life || mirror.serial !== message.from) {
    ask(state, node, out);
    return;
  }
  for (const [name, attribute] of Object.entries(message.values)) {
    mirror.values.set(name, attribute);
  }
  for (const name of message.deleted) mirror.values.delete(name);
  if (mirror.values.size > attributesMax) return tooMany(state, node, at, out);
  mirror.serial = serial;
  state.asked.delete(node);
}

/** No node has so many. What is known of it is void, or a lie would fill the memory of all. */
function tooMany(state: AttrdState, node: string, at: number, out: Effect[]): void {
  state.mirrors.delete(node);
  const why = `the node would have more than ${attributesMax} attributes`;
  const refused = { kind: "malformed", type: "changed", why } as const;
  const line = state.refusals.take({ node, service: "attrd" }, "attrd", refused, at);
  if (line !== undefined) log(out, "warning", line);
}
