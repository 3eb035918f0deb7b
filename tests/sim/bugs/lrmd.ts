/**
 * Bugs of a local resource manager and of a coordinator's orders.
 *
 * @module
 */
import type { LrmdState } from "../../../daemons/lrmd/state.ts";
import type { Effect } from "../../../daemons/runtime/machine.ts";
import type { Synapse } from "../../../daemons/runtime/transition.ts";
import { ordered, promotable } from "../cluster.ts";
import { wrapping } from "./wrap.ts";

/** A stop that failed is reported as successful: the service starts elsewhere. */
export const failedStopHidden = wrapping<LrmdState>("lrmd", () => ({
  after: (_state, _event, effects) =>
    effects.map((effect): Effect => {
      if (effect.type !== "send" || effect.message.type !== "lrm/result") return effect;
      const { result } = effect.message;
      if (result.operation.action !== "stop" || result.rc === 0) return effect;
      const message = { ...effect.message, result: { ...result, rc: 0, status: 0 } };
      return { ...effect, message };
    }),
}));

/** A recurring operation runs twice as often as it should. */
export const recurringTooOften = wrapping<LrmdState>("lrmd", () => ({
  after: (_state, _event, effects) =>
    effects.map((effect): Effect =>
      effect.type === "timer" && effect.name.startsWith("repeat ")
        ? { ...effect, inMs: effect.inMs / 2 }
        : effect
    ),
}));

/** A stop waits for a monitor that hangs, until that has timed out. */
export const hungMonitorAwaited = wrapping<LrmdState>("lrmd", () => ({
  after: (_state, _event, effects) =>
    effects.filter((effect) =>
      !(effect.type === "call" && effect.method === "end") &&
      !(effect.type === "timer" && effect.name.startsWith("end "))
    ),
}));

/** A local resource manager that is given what the one before it repeated repeats none of it. */
export const monitorsForgotten = wrapping<LrmdState>("lrmd", () => ({
  after: (_state, event, effects) =>
    event.type === "message" && event.message.type === "lrm/restore"
      ? effects.filter(({ type }) => type !== "timer")
      : effects,
}));

/** It repeats all of it twice. */
export const resumedTwice = wrapping<LrmdState>("lrmd", () => {
  const resumed = new Set<string>();
  const second = "second ";
  return {
    before: (_state, event) =>
      event.type === "timer" && event.name.startsWith(second)
        ? { ...event, name: event.name.slice(second.length) }
        : event,
    after: (_state, event, effects) =>
      effects.flatMap((effect): Effect[] => {
        if (effect.type !== "timer" || !effect.name.startsWith("repeat ")) return [effect];
        if (event.type === "message" && event.message.type === "lrm/restore") {
          resumed.add(effect.name);
        }
        if (!resumed.has(effect.name)) return [effect];
        return [effect, { ...effect, name: second + effect.name, inMs: effect.inMs / 2 }];
      }),
  };
});

/** Changes the actions of each graph. */
const changingGraph = (change: (synapse: Synapse) => Synapse) =>
  wrapping("pengine", () => ({
    after: (_state, _event, effects) =>
      effects.map((effect): Effect => {
        if (effect.type !== "send" || effect.message.type !== "pengine/transition") return effect;
        const { graph } = effect.message;
        if (graph === undefined) return effect;
        const synapses = graph.synapses.map(change);
        return { ...effect, message: { ...effect.message, graph: { ...graph, synapses } } };
      }),
  }));

/** What is ordered is started at once: nobody waits for what comes before it. */
export const orderBroken = changingGraph((synapse) =>
  synapse.action.operationKey === `${ordered.then}_start_0` ? { ...synapse, inputs: [] } : synapse
);

/** Instances hear nothing before what happens to them. */
export const notifyLeftOut = changingGraph((synapse) =>
  synapse.action.attributes.CRM_meta_notify_type === "pre"
    ? { ...synapse, action: { ...synapse.action, kind: "pseudo_event" } }
    : synapse
);

/** A promoted instance is demoted when it is stopped already. */
export const demoteAfterStop = changingGraph((synapse) =>
  synapse.action.task === "stop" && synapse.action.resource?.id.startsWith(promotable)
    ? { ...synapse, inputs: [] }
    : synapse
);
