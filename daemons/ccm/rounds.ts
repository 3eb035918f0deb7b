/**
 * How far the numbers of views may rise. They are promised durably and have an end: a node that names
 * one near it, by a damaged disk or as a lie, would leave nothing for any later view.
 *
 * A node promises so many rounds at once as a cluster makes while that node is down, and beyond that
 * no more than a cluster can make in the time.
 *
 * @module
 */
import { roundOf } from "../runtime/epoch.ts";
import type { Row } from "./protocol.ts";
import type { CcmState } from "./state.ts";

/** Rounds that a node may be behind when it starts: ten years of a new view every 20 seconds. */
export const roundsAtStart = 2 ** 24;
/** Rounds that more become possible in a second; a proposal is repeated after 300 ms at the earliest. */
export const roundsPerSecond = 32;

/** Whether this node may promise an epoch. */
export const mayReach = (state: CcmState, epoch: number, at: number): boolean =>
  roundsTo(state, epoch) <=
    roundsAtStart + roundsPerSecond * (at - state.startedAtMs) / 1_000 - state.roundsSpent;

/** This node promises an epoch. */
export function spend(state: CcmState, epoch: number): void {
  state.roundsSpent += Math.max(0, roundsTo(state, epoch));
}

const roundsTo = ({ promised }: CcmState, epoch: number): number =>
  roundOf(epoch) - roundOf(promised);

/** Whether a row can be true: all that it says was promised before, and not beyond reach. */
export function isCredible(state: CcmState, row: Row, at: number): boolean {
  const { promised, pending, view, electorates } = row;
  const latest = Math.max(
    pending,
    view?.epoch ?? 0,
    electorates.committed.version,
    ...electorates.promised.map(({ version }) => version),
  );
  return latest <= promised && mayReach(state, promised, at);
}
