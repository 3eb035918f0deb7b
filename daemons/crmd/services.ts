/**
 * A service of this node comes or goes: what it knew is gone with it.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { subscribe } from "../cib/doors/document.ts";
import type { Effect } from "../runtime/machine.ts";
import { askLrm, joinIn } from "./joining.ts";
import { giveBack, keepThroughEnd } from "./kept.ts";
import { giveUpOrders } from "./perform.ts";
import { askAgain, consider, engineGone } from "./policy.ts";
import { type CrmdState, log, tell, voidJoin } from "./state.ts";
import { enterView } from "./views.ts";

/** Asks a service that has come for what it knows, and forgets what one that has gone was asked. */
export function onPeer(
  state: CrmdState,
  service: string,
  up: boolean,
  at: number,
  out: Effect[],
): void {
  switch (service) {
    case "ccm":
      if (up) tell(out, "ccm", { type: "ccm/subscribe" });
      else enterView(state, undefined, at, out);
      return;
    case "cib":
      // A cib of a new life knows nothing of what was asked of the old one.
      state.writes.clear();
      voidJoin(state);
      state.outbox.clear();
      if (state.coordination) state.coordination.writing = false;
      if (!up) return;
      subscribe(state.replica, out);
      if (state.view?.quorate) joinIn(state, out);
      return;
    case "lrmd":
      if (up) {
        giveBack(state, out);
        askLrm(state, out);
        return;
      }
      log(
        out,
        "err",
        withCode(
          "HA6006",
          "The local resource manager has ended; the next one continues its monitors, and what it was changing is probed again",
        ),
      );
      state.lrm = "unknown";
      voidJoin(state);
      keepThroughEnd(state);
      giveUpOrders(state, out);
      return;
    case "pengine":
      if (up) askAgain(state, at, out);
      else engineGone(state, "it ended while it computed", at, out);
      return;
    case "stonithd":
      if (up) tell(out, "stonithd", { type: "fence/subscribe" });
      return;
    case "tengine":
      if (!up && state.coordination?.policy.type === "running") {
        state.coordination.policy = { type: "idle" };
      }
      if (up) consider(state, at, out);
      return;
  }
}
