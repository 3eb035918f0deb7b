/**
 * Bugs of the deciding parts: the coordinator, its engine, and their input.
 *
 * @module
 */
import { waitMsMax } from "../../../daemons/runtime/duration.ts";
import type { Effect } from "../../../daemons/runtime/machine.ts";
import { refused } from "../plugins/ra.ts";
import { wrapping } from "./wrap.ts";

/** An agent's error about its parameters is reported unchanged, though nothing was ever started. */
export const refusalCounts = wrapping("lrmd", () => ({
  after: (_state, _event, effects) =>
    effects.map((effect): Effect => {
      if (effect.type !== "send" || effect.message.type !== "lrm/result") return effect;
      const { result } = effect.message;
      return result.output.startsWith("nothing was started here")
        ? { ...effect, message: { ...effect.message, result: { ...result, rc: refused } } }
        : effect;
    }),
}));

/** A computation may take as long as it likes. */
export const noDeadline = wrapping("pengine", () => ({
  after: (_state, _event, effects) =>
    effects.map((effect): Effect =>
      effect.type === "call" ? { ...effect, deadlineMs: 2_000_000_000 } : effect
    ),
}));

/** Times are taken as they are written. */
export const longWaits = wrapping("crmd", () => ({
  after: (_state, _event, effects) =>
    effects.map((effect): Effect =>
      effect.type === "timer" && effect.inMs === waitMsMax
        ? { ...effect, inMs: 1e9 * 3_600_000 }
        : effect
    ),
}));

/** Nobody tells what a device has done, or hears of it. */
export const fencingUnheard = wrapping("stonithd", () => ({
  after: (_state, _event, effects) =>
    effects.filter((effect) =>
      effect.type !== "send" ||
      (effect.message.type !== "fence/happened" &&
        !(effect.message.type === "peer" && /"type":"str/.test(JSON.stringify(effect.message))))
    ),
}));

/** The engine does not find the failures that are counted, as once under the names of another feature set. */
export const failuresUncounted = wrapping("crmd", () => ({
  after: (_state, _event, effects) =>
    effects.map((effect): Effect => {
      if (effect.type !== "send" || effect.message.type !== "pengine/schedule") return effect;
      const { message } = effect;
      const cib = message.cib.replaceAll(/name="fail-count-/g, 'name="old-fail-count-');
      return { ...effect, message: { ...message, cib } };
    }),
}));
