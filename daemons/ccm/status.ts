/**
 * What the membership daemon says of itself.
 *
 * @module
 */
import { epochText } from "../runtime/epoch.ts";
import { absent, notAgreed } from "./recover.ts";
import type { CcmState } from "./state.ts";

/** The answer to `status/query`. */
export function statusOf(state: CcmState, at: number) {
  const { view, rows } = state;
  return {
    view: view === undefined ? null : {
      epoch: view.epoch,
      quorate: view.quorate,
      name: epochText(view.epoch),
      electorate: view.electorate,
      members: view.members.map((member) => ({ ...member })),
    },
    /** Time since the view was installed or, without a view, since the last one was. */
    sinceMs: Math.max(0, Math.round(at - state.viewAtMs)),
    hears: { ...rows.get(state.node)?.hears },
    refused: state.refusals.counts(),
    incompatible: state.incompatible,
    strangers: state.strangers,
    withholding: [...state.withholding.keys()].sort(),
    accused: state.accused?.node ?? null,
    foundingRefused: state.foundingRefused,
    absent: absent(state),
    notAgreed: notAgreed(state),
  };
}
