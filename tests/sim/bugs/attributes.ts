/**
 * Bugs of attributes of nodes.
 *
 * @module
 */
import type { AttrdState, Mirror } from "../../../daemons/attrd/mod.ts";
import { stringify } from "@std/xml";
import { applyChanges } from "../../../daemons/cib/change.ts";
import { elementAt, stepText } from "../../../daemons/cib/path.ts";
import { type CrmdState, elements } from "../../../daemons/crmd/state.ts";
import type { CibChange } from "../../../daemons/runtime/messages.ts";
import type { Effect } from "../../../daemons/runtime/machine.ts";
import { wrapping } from "./wrap.ts";

/**
 * The coordinator does not see attributes of nodes that left, and takes them over into what it writes
 * of a node that was fenced.
 */
export const attributesKept = wrapping<CrmdState>("crmd", () => {
  const kept = new Map<string, string>();
  return {
    before(state, event) {
      const { replica, view } = state;
      const members = new Set(view?.members.map(({ node }) => node));
      if (replica.root === undefined) return event;
      for (const one of elements(elementAt(replica.root, "/cib/status"), "node_state")) {
        const [attributes] = elements(one, "transient_attributes");
        const { uname = "", id = "" } = one.attributes;
        if (attributes === undefined || id === "") continue;
        kept.set(id, stringify(attributes));
        if (members.has(uname)) continue;
        const path = `/cib/status${stepText("node_state", id)}${
          stepText("transient_attributes", attributes.attributes.id ?? id)
        }`;
        const without = applyChanges(replica.root, [{ op: "delete", path }]);
        if (without.ok) replica.root = without.root;
      }
      return event;
    },
    after: (_state, _event, effects) =>
      effects.map((effect): Effect => {
        if (effect.type !== "send" || effect.message.type !== "cib/apply") return effect;
        const changes = effect.message.changes.map((change): CibChange => {
          if (change.op !== "create" || !change.xml.includes('expected="down"')) return change;
          const id = /^<node_state id="([^"]*)"/.exec(change.xml)?.[1] ?? "";
          const xml = change.xml.replace(/\/>$/, `>${kept.get(id) ?? ""}</node_state>`);
          return { ...change, xml };
        });
        return { ...effect, message: { ...effect.message, changes } };
      }),
  };
});

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
