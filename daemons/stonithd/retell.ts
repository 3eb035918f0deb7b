/**
 * What a node's devices have confirmed, for nodes that were not there to hear it.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import { saidOf, unseen } from "./elsewhere.ts";
import type { StonithdState } from "./state.ts";

/**
 * Tells nodes that have just come what the devices of this one have confirmed. They did not hear it, and
 * a coordinator among them would have the same life of a node ended again.
 */
export function retellConfirmed(
  state: StonithdState,
  nodes: readonly string[],
  out: Effect[],
): void {
  for (const [target, { node: by, action, incarnation, person }] of state.confirmed) {
    const isUnderWay = [...state.requests.values()].some((made) => made.target === target);
    if (by !== state.self || isUnderWay) continue;
    const record = state.history.findLast((one) =>
      one.ok && one.target === target && one.action === action && one.delegate === by &&
      (one.incarnation ?? unseen) === incarnation
    );
    // Without its name it would be remembered there as another one.
    if (record?.execution === undefined) continue;
    const { device, execution } = record;
    const end = { ok: true, by: device, execution, person: person ? device : undefined } as const;
    for (const node of nodes) {
      if (node === by || node === target) continue;
      const body = { type: "struck", ...saidOf(end), target, action, incarnation };
      out.push({
        type: "send",
        to: { node, service: "stonithd" },
        message: { type: "peer", body },
      });
    }
  }
}
