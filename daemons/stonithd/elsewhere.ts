/**
 * What other members' devices do and have done to a node, so that nobody is fenced twice: once for a
 * person and again for the coordinator, or once for a coordinator and again for its successor.
 *
 * A node says when its own device strikes, and what came of it. A request for the same life of the
 * target waits for a strike that is under way elsewhere, and is answered by one that was confirmed.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import type { View } from "../runtime/messages.ts";
import type { StrikeMessage } from "./protocol.ts";
import type { Request, StonithdState, Strike } from "./state.ts";

/** Nodes of which it is remembered what became of them, at most. */
export const rememberedMax = 256;

/** In the place of a life: the target was never seen in a view. Lives are counted from 1. */
export const unseen = 0;

/** What came of a strike of this node. */
export type StrikeEnd =
  | { readonly ok: false }
  | {
    readonly ok: true;
    /** The devices, or the person. */
    readonly by: string;
    readonly execution: string;
    readonly person: string | undefined;
  };

/** Tells the other members that a device of this node strikes, or what came of that. */
export function announce(
  state: StonithdState,
  made: Request,
  end: StrikeEnd | undefined,
  out: Effect[],
): void {
  const { target, action, incarnation = unseen } = made;
  if (action === "on") return;
  if (end?.ok === true) {
    const person = end.person !== undefined;
    remember(state.confirmed, target, {
      node: state.self,
      action,
      incarnation,
      ...(person ? { person } : {}),
    });
  }
  const said = end === undefined ? { type: "strikes" } : { type: "struck", ...saidOf(end) };
  for (const node of state.members) {
    if (node === state.self || node === target) continue;
    out.push({
      type: "send",
      to: { node, service: "stonithd" },
      message: { type: "peer", body: { ...said, target, action, incarnation } },
    });
  }
}

/** That, in a message. */
export const saidOf = (end: StrikeEnd) =>
  end.ok
    ? {
      ok: true,
      device: end.by,
      ...(end.execution === "" ? {} : { execution: end.execution }),
      ...(end.person === undefined ? {} : { person: true }),
    }
    : { ok: false };

/** Takes what another member says of its devices; gives what came of a strike that is over. */
export function noteStrike(
  state: StonithdState,
  node: string,
  said: StrikeMessage,
): { readonly target: string; readonly ok: boolean } | undefined {
  const { type, target, action, incarnation } = said;
  // Nobody confirms its own death; and strangers have no say.
  if (node === target || !state.members.includes(node)) return undefined;
  const strike: Strike = { node, action, incarnation };
  if (type === "strikes") {
    remember(state.striking, target, strike);
    return undefined;
  }
  if (state.striking.get(target)?.node === node) state.striking.delete(target);
  if (said.ok) {
    remember(state.confirmed, target, { ...strike, ...(said.person ? { person: true } : {}) });
  }
  return { target, ok: said.ok };
}

/** The node that has confirmed what a request is for, if any has. */
export const confirmedBy = (state: StonithdState, made: Request): string | undefined =>
  serves(state.confirmed.get(made.target), made);

/**
 * The node on which a person has confirmed the end of a target that was never seen. What a device did
 * to such a one may be long ago; a person's word holds until the node is seen.
 */
export function confirmedByHand(state: StonithdState, made: Request): string | undefined {
  const isByHand = state.confirmed.get(made.target)?.person === true;
  return isByHand && made.incarnation === undefined ? confirmedBy(state, made) : undefined;
}

/** The node whose device carries out what a request is for. */
export const strikingFor = (state: StonithdState, made: Request): string | undefined =>
  serves(state.striking.get(made.target), made);

/**
 * Off is what a reboot begins with; the other way round somebody wanted more. Who knows no life of the
 * target wants whatever there is of it ended.
 */
const serves = (strike: Strike | undefined, made: Request): string | undefined =>
  strike !== undefined &&
    (made.incarnation === undefined || strike.incarnation === made.incarnation) &&
    (strike.person === true && made.action !== "on" || strike.action === made.action ||
      (strike.action === "off" && made.action === "reboot"))
    ? strike.node
    : undefined;

/** A node that is in a later view in the same life was not ended, even if that was confirmed. */
export function forgetSurvivors(state: StonithdState, { members }: View): void {
  for (const { node, incarnation } of members) {
    const strike = state.confirmed.get(node);
    if (strike !== undefined && strike.incarnation <= incarnation) state.confirmed.delete(node);
  }
  const here = new Set(members.map(({ node }) => node));
  for (const [target, { node }] of [...state.striking]) {
    if (!here.has(node)) state.striking.delete(target);
  }
}

function remember(strikes: Map<string, Strike>, target: string, strike: Strike): void {
  strikes.delete(target);
  strikes.set(target, strike);
  for (const oldest of strikes.keys()) {
    if (strikes.size <= rememberedMax) return;
    strikes.delete(oldest);
  }
}
