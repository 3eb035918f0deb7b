/**
 * Bugs of attributes of nodes.
 *
 * @module
 */
import type { AttrdState, Mirror } from "../../../daemons/attrd/mod.ts";
import type { Effect } from "../../../daemons/runtime/machine.ts";
import { wrapping } from "./wrap.ts";

/** The coordinator leaves the attributes of a node that left in the CIB. */
export const attributesKept = wrapping("crmd", () => ({
  after: (_state, _event, effects) =>
    effects.map((effect): Effect => {
      if (effect.type !== "send" || effect.message.type !== "cib/apply") return effect;
      const changes = effect.message.changes.filter(({ op, path }) =>
        op !== "delete" || !/\/transient_attributes\[[^/]*\]$/.test(path)
      );
      return { ...effect, message: { ...effect.message, changes } };
    }),
}));

/** What a node knew of another is still answered when that has left. */
export const mirrorsKept = wrapping<AttrdState>("attrd", () => {
  let before: readonly (readonly [string, Mirror])[] = [];
  return {
    before(state, event) {
      before = [...state.mirrors];
      return event;
    },
    after(state, event, effects) {
      const isView = event.type === "message" && event.message.type === "ccm/view";
      if (isView) { for (const [node, mirror] of before) state.mirrors.set(node, mirror); }
      return effects;
    },
  };
});

/** Each change is written at once. */
export const dampeningIgnored = wrapping<AttrdState>("attrd", () => ({
  before(_state, event) {
    if (event.type !== "message" || event.message.type !== "attrd/update") return event;
    const update = { ...event.message.update, dampenMs: 0 };
    return { ...event, message: { ...event.message, update } };
  },
}));

/** What waits for its time never ends. */
export const dampeningEndless = wrapping("attrd", () => ({
  after: (_state, _event, effects) =>
    effects.filter((effect) => effect.type !== "timer" || !effect.name.startsWith("damp ")),
}));

/** The write that was under way when the coordinator changed counts as done, whatever came of it. */
export const writeLost = wrapping<AttrdState>("attrd", () => {
  let coordinator: string | undefined;
  let lost = false;
  return {
    before(_state, event) {
      if (event.type === "message" && event.message.type === "ccm/view") {
        const [first] = event.message.view.members;
        lost ||= coordinator !== undefined && first?.node !== coordinator;
        coordinator = first?.node;
      }
      return event;
    },
    after: (_state, _event, effects) =>
      effects.filter((effect) => {
        if (!lost || effect.type !== "send" || effect.message.type !== "cib/apply") return true;
        // It is never sent, and its answer is awaited.
        lost = false;
        return false;
      }),
  };
});

/** A change is acknowledged that is not on disk. */
export const attributesUnsaved = wrapping("attrd", () => ({
  after: (_state, _event, effects) => effects.filter(({ type }) => type !== "save"),
}));
