/**
 * Changes that are writes to the CIB of their own, and are answered when it has taken them: attributes
 * of the configuration of a node, and what the coordinator counts for one life of it.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import type { AttributeUpdate, CibChange, Message } from "../runtime/messages.ts";
import { waitingMax } from "./limits.ts";
import { refusal } from "./own.ts";
import { pairsAt, placeOf, setPairs, unsetPairs } from "./pairs.ts";
import { answer, type Asker, type AttrdState, type Outcome, tell } from "./state.ts";
import { expanded } from "./value.ts";

/**
 * Failures are counted by the coordinator, in the order of the results of operations: they are in the
 * CIB alone.
 */
export const isCounted = (name: string): boolean => /^(?:fail-count|last-failure)-/.test(name);

/** Writes it; the answer comes later. A refusal comes at once. */
export function writeDirect(
  state: AttrdState,
  asker: Asker,
  update: AttributeUpdate,
  out: Effect[],
): Outcome | undefined {
  const { root } = state.replica;
  const node = update.node ?? state.self;
  if (root === undefined) return busy("this node has no CIB yet");
  if (state.direct.size >= waitingMax) return busy(`${waitingMax} changes wait already`);
  const place = placeOf(root, node, update.lifetime);
  if (place === undefined) {
    return { ok: false, why: "no such node", error: `The CIB knows no node ${node}` };
  }
  if (update.change === "dampen") return refusal("Only attributes of one life are dampened");
  const { name, set } = update;
  const known = pairsAt(root, place).filter((pair) =>
    pair.name === name && (set === undefined || pair.set === set)
  );
  let changes: readonly CibChange[];
  if (update.change === "delete") changes = unsetPairs(place, known);
  else if (update.value === undefined) return refusal(`Attribute ${name} is not set: no value`);
  else {
    const value = expanded(update.value, known[0]?.value);
    const to = set ?? known[0]?.set;
    changes = setPairs(root, place, [{ name, value, ...(to === undefined ? {} : { set: to }) }]);
  }
  if (changes.length === 0) return { ok: true };
  const id = `direct ${state.life}.${++state.lastId}`;
  state.direct.set(id, asker);
  tell(out, "cib", { type: "cib/apply", id, changes });
  return undefined;
}

const busy = (why: string): Outcome => ({
  ok: false,
  why: "busy",
  error: `The attribute is not changed: ${why}`,
});

/** The CIB has answered. */
export function onDirect(
  state: AttrdState,
  { id, ok, error }: Extract<Message, { readonly type: "cib/applied" }>,
  out: Effect[],
): void {
  const asker = state.direct.get(id);
  if (asker === undefined) return;
  state.direct.delete(id);
  answer(out, asker, ok ? { ok } : busy((error ?? "unknown").slice(0, 1_000)));
}
