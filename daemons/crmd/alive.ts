/**
 * A node that is still a member is not recorded as dead, whatever a device or another member says: its
 * resources would be started a second time. It leaves the view soon if it has been ended.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import type { View } from "../runtime/messages.ts";
import { type Coordination, log, tell } from "./state.ts";

/** Whether a life of a node is a member. */
export const isAlive = (
  view: View | undefined,
  node: string,
  incarnation: string | undefined,
): boolean =>
  view?.members.some((member) =>
    member.node === node && String(member.incarnation) === incarnation
  ) === true;

/**
 * Confirmations of nodes that are members all the same are not waited for any longer. If they leave
 * some other time, they are fenced then.
 */
export function forgetAlive(view: View | undefined, fenced: Coordination["fenced"], out: Effect[]) {
  for (const [node, { incarnation, keys }] of [...fenced]) {
    if (!isAlive(view, node, incarnation)) continue;
    fenced.delete(node);
    const error = `${node} was confirmed as fenced, and is a member all the same`;
    log(
      out,
      "err",
      withCode("HA8007", `${error}. Fix: check whether its fencing device ends this node`),
    );
    for (const key of keys) tell(out, "tengine", { type: "crmd/performed", key, ok: false, error });
  }
}
