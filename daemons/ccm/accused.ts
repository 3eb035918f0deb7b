/**
 * A coordinator that is heard but decides nothing: its CIB never adopts a view or answers no write
 * (`cib/owed.ts`), or its crmd does not write who is a member (`crmd/owed.ts`).
 *
 * The rule: a node that sees this says so in its row. When more than half of the other members do, all
 * count the coordinator as not heard (`withheld.ts`), and the next in seniority takes its place. One
 * member alone cannot end a coordination. When the first says so, the others look too: those who have
 * nothing to ask would see nothing.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import { inForce } from "./electorate.ts";
import type { CcmState, Settings } from "./state.ts";
import { quorate } from "./view.ts";
import { withhold } from "./withheld.ts";

/**
 * A service of this node waited too long for a member of the current view. If this node is the
 * coordinator, its report is enough: no other node waits for a member's part. If the coordinator itself
 * is late, this node only says so in its row: a single member, which may have a fault of its own or may
 * lie, must not end a coordination.
 */
export function onWithholds(
  settings: Settings,
  state: CcmState,
  { view, node, what }: Extract<Message, { type: "ccm/withholds" }>,
  at: number,
  effects: Effect[],
): void {
  const members = state.view?.epoch === view ? state.view.members : [];
  if (!members.some((member) => member.node === node) || node === state.node) return;
  const coordinator = members[0]!.node;
  if (coordinator === state.node) withhold(settings, state, { node, what, at }, effects);
  if (coordinator !== node) return;
  const isNew = state.accused === undefined;
  state.accused = { node, untilMs: at + settings.accusedForMs };
  if (!isNew) return;
  const then = mayReplace(settings, state)
    ? "When most members see the same, another one coordinates"
    : "The others have no quorum without it, so nothing is changed";
  const text = withCode(
    "HA6011",
    `The coordinator ${node} is heard, but it withholds ${what}. ${then}. ` +
      "Fix: look for errors in its log and check its disk",
  );
  effects.push({ type: "log", level: "err", text });
}

/** Whether the others could go on without the coordinator. Of two, neither leaves the other out. */
function mayReplace(settings: Settings, { view, electorates }: CcmState): boolean {
  const names = view?.members.map(({ node }) => node) ?? [];
  const others = names.slice(1).sort();
  return others.length > 1 && quorate(settings, inForce(electorates), others, names.toSorted());
}

/**
 * Leaves out a coordinator if most other members say that it decides nothing; returns when to
 * check again.
 */
export function leaveOutCoordinator(
  settings: Settings,
  state: CcmState,
  at: number,
  effects: Effect[],
): number {
  const { view, accused, node } = state;
  if (accused !== undefined && at >= accused.untilMs) state.accused = undefined;
  if (!view?.quorate) return Infinity;
  const [coordinator, ...others] = view.members;
  const accusers = others.filter((member) => {
    if (member.node === node) return state.accused !== undefined;
    const row = state.rows.get(member.node);
    return row?.incarnation === member.incarnation && row.view?.epoch === view.epoch &&
      row.accuses === coordinator?.node;
  });
  if (accusers.length === 0 || coordinator === undefined || coordinator.node === node) {
    state.doubted = 0;
    return Infinity;
  }
  doubt(state, view.epoch, coordinator.node, effects);
  const isMost = 2 * accusers.length > others.length && mayReplace(settings, state);
  if (isMost && !state.withholding.has(coordinator.node)) {
    withhold(settings, state, { node: coordinator.node, what: "its decisions", at }, effects);
  }
  return state.accused === undefined ? Infinity : state.accused.untilMs - at;
}

/** Another member sees that the coordinator decides nothing: the cib of this node looks too. */
function doubt(state: CcmState, view: number, node: string, effects: Effect[]): void {
  if (state.doubted === view || state.accused !== undefined) return;
  state.doubted = view;
  const message = { type: "ccm/doubted", view, node } as const;
  effects.push({ type: "send", to: { service: "cib" }, message });
}
