/**
 * Bugs of how a node's daemons are kept, and of how it ends.
 *
 * @module
 */
import type { CrmdState } from "../../../daemons/crmd/state.ts";
import type { Effect } from "../../../daemons/runtime/machine.ts";
import { wrapping } from "./wrap.ts";

/** What ends is started at once, however often. */
export const restartWithoutPause = wrapping("recoverymgrd", () => ({
  after: (_state, _event, effects) =>
    effects.map((effect): Effect =>
      effect.type === "timer" && effect.name.startsWith("start ") ? { ...effect, inMs: 0 } : effect
    ),
}));

/** What hangs is not ended. */
export const hungKept = wrapping("recoverymgrd", () => ({
  after: (_state, _event, effects) =>
    effects.filter((effect) => effect.type !== "call" || effect.method !== "kill"),
}));

/** A node that has lost the others waits for them before it ends. */
export const stopWaits = wrapping<CrmdState>("crmd", () => ({
  after: (state, _event, effects) =>
    effects.filter((effect) => effect.type !== "stopped" || state.view?.quorate === true),
}));
