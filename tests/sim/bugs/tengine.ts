/**
 * Bugs of a transition engine that has nodes fenced.
 *
 * @module
 */
import type { Effect } from "../../../daemons/runtime/machine.ts";
import { wrapping } from "./wrap.ts";

/** The delay that lets the more important node win does not go on to stonithd. */
export const priorityLost = wrapping("tengine", () => ({
  after: (_state, _event, effects) =>
    effects.map((effect): Effect => {
      if (effect.type !== "send" || effect.message.type !== "fence/request") return effect;
      const { delayMs: _, ...message } = effect.message;
      return { ...effect, message };
    }),
}));

/** Nobody notes that a node was switched on. */
export const onForgotten = wrapping("tengine", () => ({
  after: (_state, _event, effects) =>
    effects.map((effect): Effect => {
      if (effect.type !== "send" || effect.message.type !== "cib/apply") return effect;
      const changes = effect.message.changes.map((change) =>
        change.op === "create"
          ? { ...change, xml: change.xml.replace('name="#node-unfenced"', 'name="#node-on"') }
          : change
      );
      return { ...effect, message: { ...effect.message, changes } };
    }),
}));
