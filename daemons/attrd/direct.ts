/**
 * Changes that are writes to the CIB of their own, and are answered when it has taken them: attributes
 * of the configuration of a node, and what the coordinator counts for one life of it.
 *
 * One after another, each out of a copy of the CIB that holds the last one: two that both create the
 * set of a node, or both count up, would leave one of them, and both were acknowledged.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { Effect } from "../runtime/machine.ts";
import type { AttributeUpdate, CibChange, Message } from "../runtime/messages.ts";
import { waitingMax } from "./limits.ts";
import { refusal, sameId, unshownIn } from "./own.ts";
import { pairsAt, placeOf, setOf, setPairs, unsetPairs } from "./pairs.ts";
import { answer, type Asker, type AttrdState, type Outcome, tell } from "./state.ts";
import { expanded } from "./value.ts";
import { isUpToDate } from "./writing.ts";

/**
 * Failures are counted by the coordinator, in the order of the results of operations: they are in the
 * CIB alone.
 */
export const isCounted = (name: string): boolean => /^(?:fail-count|last-failure)-/.test(name);

/** Writes it when it is its turn; the answer comes later. A refusal comes at once. */
export function writeDirect(
  state: AttrdState,
  asker: Asker,
  update: AttributeUpdate,
): Outcome | undefined {
  const { root } = state.replica;
  if (root === undefined) return busy("this node has no CIB yet");
  if (state.waiting.length >= waitingMax) return busy(`${waitingMax} changes wait already`);
  const changes = changesFor(state, root, update);
  if ("ok" in changes) return changes;
  state.waiting.push({ asker, update });
  return undefined;
}

/** Writes the next one that waits. */
export function writeWaiting(state: AttrdState, out: Effect[]): void {
  const { root } = state.replica;
  while (root !== undefined && state.waiting.length > 0 && isUpToDate(state)) {
    const [next] = state.waiting.splice(0, 1);
    if (next === undefined) return;
    const { asker, update } = next;
    const changes = changesFor(state, root, update);
    if ("ok" in changes) answer(out, asker, changes);
    else if (changes.length === 0) answer(out, asker, { ok: true });
    else {
      const id = `direct ${state.life}.${++state.lastId}`;
      state.direct = { id, asker };
      tell(out, "cib", { type: "cib/apply", id, changes });
    }
  }
}

/** What it changes in the CIB, or why it cannot be made. */
function changesFor(
  state: AttrdState,
  root: XmlElement,
  update: AttributeUpdate,
): readonly CibChange[] | Outcome {
  const node = update.node ?? state.self;
  const place = placeOf(root, node, update.lifetime);
  if (place === undefined) {
    return { ok: false, why: "no such node", error: `The CIB knows no node ${node}` };
  }
  if (update.change === "dampen") return refusal("Only attributes of one life are dampened");
  const { name, set } = update;
  const pairs = pairsAt(root, place);
  const known = pairs.filter((pair) =>
    pair.name === name && (set === undefined || pair.set === set)
  );
  if (update.change === "delete") return unsetPairs(place, known);
  if (update.value === undefined) return refusal(`Attribute ${name} is not set: no value`);
  const unshown = unshownIn(name);
  if (unshown !== undefined) return refusal(`Attribute ${name} is not set: ${unshown}`);
  const value = expanded(update.value, known[0]?.value);
  const to = set ?? known[0]?.set;
  const isPair = setOf(name, to ?? place.setId);
  const other = pairs.find((pair) => pair.name !== name && setOf(pair.name, pair.set) === isPair);
  if (other !== undefined) return refusal(`Attribute ${name} is not set: ${sameId(other.name)}`);
  return setPairs(root, place, [{ name, value, ...(to === undefined ? {} : { set: to }) }]);
}

const busy = (why: string): Outcome => ({
  ok: false,
  why: "busy",
  error: `The attribute is not changed: ${why}`,
});

/** The CIB has answered. */
export function onDirect(
  state: AttrdState,
  { id, ok, error, version }: Extract<Message, { readonly type: "cib/applied" }>,
  out: Effect[],
): void {
  if (state.direct?.id !== id) return;
  const { asker } = state.direct;
  state.direct = undefined;
  if (ok) state.awaited = version;
  answer(out, asker, ok ? { ok } : busy((error ?? "unknown").slice(0, 1_000)));
}

/** None of them is written any more. */
export function refuseWaiting(state: AttrdState, why: string, out: Effect[]): void {
  const askers = [
    ...(state.direct === undefined ? [] : [state.direct.asker]),
    ...state.waiting.splice(0).map(({ asker }) => asker),
  ];
  state.direct = undefined;
  for (const asker of askers) answer(out, asker, busy(why));
}
