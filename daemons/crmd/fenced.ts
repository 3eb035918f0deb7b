/**
 * A node was fenced: the CIB must record it, at anyone's request.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import { forgetAlive, isAlive } from "./alive.ts";
import { consider } from "./policy.ts";
import { type CrmdState, dcOf, say, tell } from "./state.ts";

/** The transition engine has what it asked for confirmed, and waits until the CIB knows. */
export function onConfirmed(
  state: CrmdState,
  { key, node, incarnation }: Extract<Message, { readonly type: "crmd/fenced" }>,
  at: number,
  out: Effect[],
): void {
  const { coordination } = state;
  if (coordination === undefined) {
    const error = "this node is not the coordinator any more";
    tell(out, "tengine", { type: "crmd/performed", key, ok: false, error });
    return;
  }
  const known = coordination.fenced.get(node);
  if (known) known.keys.push(key);
  else coordination.fenced.set(node, { keys: [key], incarnation });
  // Nobody waits for it, so that nothing would end the wait for its leaving.
  if (coordination.policy.type !== "running") forgetAlive(state.view, coordination.fenced, out);
  consider(state, at, out);
}

/** This node's stonithd tells of a fencing, which anybody may have asked for. */
export function onFencing(
  state: CrmdState,
  message: Extract<Message, { readonly type: "fence/happened" }>,
  at: number,
  out: Effect[],
): void {
  const { ok, action, target, delegate, incarnation } = message;
  // A node cannot vouch for its own death; and of which life it is has to be known.
  if (!ok || action === "on" || delegate === target || incarnation === undefined) return;
  const { view } = state;
  const dc = dcOf(view);
  if (view === undefined || dc === undefined || dc === target) return;
  const life = String(incarnation);
  if (dc === state.self) noteFenced(state, target, life, at, out);
  else say(out, dc, { type: "fenced", view: view.epoch, node: target, incarnation: life });
}

/** A life of a node has ended for sure. */
export function noteFenced(
  state: CrmdState,
  node: string,
  incarnation: string,
  at: number,
  out: Effect[],
): void {
  const { coordination, view } = state;
  if (coordination === undefined || coordination.fenced.has(node)) return;
  // Once it is lost it is asked for, and stonithd knows that it has been done.
  if (isAlive(view, node, incarnation)) return;
  coordination.fenced.set(node, { keys: [], incarnation });
  consider(state, at, out);
}
