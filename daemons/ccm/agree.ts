/**
 * Agreement on a view.
 *
 * After each event this node derives again which nodes it should be with, whether it may still act,
 * and whether it must propose (`propose.ts`). A proposal is bound to the incarnations of its
 * members and to an epoch that no other proposer can choose. A member promises a proposal only if
 * its epoch is above all earlier promises and its members are those that the member derives itself
 * (`promise.ts`). A lost commit is repeated by any node that sees a member wait for it.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import { leaveOutCoordinator } from "./accused.ts";
import { foreign, inForce, latest, together } from "./electorate.ts";
import { listenLeftMs } from "./founding.ts";
import { allLinked, component, linked, place } from "./graph.ts";
import { onPropose } from "./promise.ts";
import { proposeIfDue } from "./propose.ts";
import type { View } from "../runtime/messages.ts";
import { ownRow, say, tellRows } from "./rows.ts";
import type { CcmState, Settings } from "./state.ts";
import { evict, quorate } from "./view.ts";
import { leaveOut } from "./withheld.ts";

/** Derives everything again after an event, and takes the next step. */
export function act(settings: Settings, state: CcmState, at: number, effects: Effect[]): void {
  const withheldMs = Math.min(
    leaveOut(settings, state, at, effects),
    leaveOutCoordinator(settings, state, at, effects),
  );
  leaveIfLost(settings, state, effects);
  // Sent before any save, because the others need it to derive their sets.
  refreshRow(state, effects);
  const waits = [withheldMs, settle(settings, state, at)];
  const { deferred } = state;
  if (deferred !== undefined) {
    state.deferred = undefined;
    onPropose(settings, state, deferred.proposal, { from: deferred.from, at }, effects);
  }
  waits.push(
    repeatCommit(settings, state, at, effects),
    proposeIfDue(settings, state, at, effects),
  );
  refreshRow(state, effects);
  const listenMs = listenLeftMs(settings, state, at);
  if (state.deferred !== undefined && listenMs > 0) waits.push(listenMs);
  const inMs = Math.min(...waits);
  if (inMs < Infinity) effects.push({ type: "timer", name: "act", inMs });
  else effects.push({ type: "cancel", name: "act" });
}

/** Announces immediately that this node must not act, if it has lost its quorum or its view. */
function leaveIfLost(settings: Settings, state: CcmState, effects: Effect[]): void {
  const { view, node, rows } = state;
  if (!view?.quorate) return;
  const own = ownRow(state);
  const names = view.members.map((member) => member.node).sort();
  const left = view.members.filter((member) =>
    member.node === node || own.hears[member.node] === member.incarnation &&
      rows.get(member.node)?.hears[node] === state.incarnation
  ).map((member) => member.node).sort();
  const alone = left.length < names.length &&
    !quorate(settings, inForce(state.electorates), left, names);
  if (alone || isPassedOver(settings, state, view)) evict(state, effects);
}

/**
 * Whether others continue in a later quorate view without this node. A single node that says so may be
 * wrong: most members of that view must say it, and the view must be quorate for this node too.
 */
function isPassedOver(settings: Settings, state: CcmState, view: View): boolean {
  const { rows, node, incarnation } = state;
  const before = view.members.map((member) => member.node).sort();
  return [...rows.values()].some(({ view: newer, electorates }) => {
    if (newer === undefined || newer.epoch <= view.epoch || !newer.quorate) return false;
    if (foreign(state.electorates, electorates)) return false;
    const { members } = newer;
    if (members.some((member) => member.node === node && member.incarnation === incarnation)) {
      return false;
    }
    const names = members.map((member) => member.node).sort();
    const agreed = names.filter((name) => rows.get(name)?.view?.epoch === newer.epoch);
    return agreed.length * 2 > names.length &&
      quorate(settings, inForce(state.electorates), names, before);
  });
}

/** Sends this node's row to the others if it has changed. */
function refreshRow(state: CcmState, effects: Effect[]): void {
  const before = state.rows.get(state.node);
  const row = ownRow(state);
  if (row.serial === before?.serial) return;
  state.rows.set(state.node, row);
  tellRows(state, effects);
}

/** Decides which nodes this node should be with; returns how long to wait before that. */
function settle(settings: Settings, state: CcmState, at: number): number {
  const { rows, node } = state;
  const reached = component(rows, node);
  if (allLinked(rows, reached)) {
    state.unsettled = undefined;
    want(state, reached, at);
    return Infinity;
  }
  // Not all hear each other. Usually a node has died and not every node knows it yet: choosing
  // now might evict a living node.
  const picture = reached.map((one) =>
    `${one}:${reached.filter((other) => linked(rows, one, other)).join(",")}`
  ).join(";");
  state.unsettled ??= { sinceMs: at, changedAtMs: at, picture, decided: false };
  const { unsettled } = state;
  if (unsettled.picture !== picture) {
    if (unsettled.decided) unsettled.sinceMs = at;
    unsettled.decided = false;
    unsettled.picture = picture;
    unsettled.changedAtMs = at;
  }
  const until = Math.min(
    unsettled.changedAtMs + settings.settleMs,
    unsettled.sinceMs + 4 * settings.settleMs,
  );
  if (at < until) return until - at;
  unsettled.decided = true;
  const electors = latest(
    together(reached.flatMap((name) => rows.get(name)?.electorates ?? [])),
  ).nodes;
  const votes = (name: string) => electors.includes(name) ? settings.votes[name] ?? 1 : 0;
  want(state, place(rows, node, votes), at);
  return Infinity;
}

function want(state: CcmState, names: readonly string[], at: number): void {
  const same = names.length === state.want.length &&
    names.every((name, place) => name === state.want[place]);
  if (same) return;
  state.want = names;
  state.wantAtMs = at;
  state.proposing = undefined;
}

/** Repeats the commit to members that wait for it; returns when to check again. */
function repeatCommit(
  { retryMs }: Settings,
  state: CcmState,
  at: number,
  effects: Effect[],
): number {
  const { view, rows } = state;
  if (view === undefined) return Infinity;
  const waiting = view.members.filter(({ node, incarnation }) => {
    const row = rows.get(node);
    return node !== state.node && row?.incarnation === incarnation && row.pending === view.epoch;
  });
  if (waiting.length === 0) return Infinity;
  const dueMs = Math.max(state.viewAtMs, state.repeatedAtMs) + retryMs;
  if (at < dueMs) return dueMs - at;
  state.repeatedAtMs = at;
  const { epoch, members } = view;
  for (const { node } of waiting) say(node, { type: "commit", epoch, members }, effects);
  return retryMs;
}
