/**
 * What may happen to resources: operations fail or hang, histories end or are lost.
 *
 * @module
 */
import {
  append,
  child,
  childrenNamed,
  type EditableElement,
} from "../../../daemons/pengine/simulate/cib_edit.ts";
import { inject } from "../../../daemons/pengine/simulate/inject.ts";
import { type Change, type Changes, remove, setPair } from "./change.ts";

const results: readonly (readonly [string, number])[] = [
  ["start_0", 1],
  ["start_0", 5],
  ["start_0", 6],
  ["monitor_0", 0],
  ["monitor_0", 1],
  ["monitor_0", 8],
  ["monitor_10000", 1],
  ["monitor_10000", 7],
  ["monitor_10000", 9],
  ["stop_0", 1],
  ["promote_0", 1],
  ["demote_0", 1],
  ["migrate_to_0", 1],
  ["migrate_from_0", 1],
];

/** @param atS the time of what happens, seconds since 1970. */
export function resourceChanges(atS: number): Changes {
  return (cib) =>
    [...cib.nodeStates].flatMap(([node, state]) =>
      histories(state).flatMap((history): readonly Change[] => {
        const { id, class: agentClass, provider, type } = history.attributes;
        if (id === undefined || agentClass === undefined || type === undefined) return [];
        const agent = { class: agentClass, ...(provider === undefined ? {} : { provider }), type };
        const injected = results.map(([operation, rc]): Change => {
          const spec = `${id}_${operation}@${node}=${rc}`;
          return {
            kind: "operation_fails",
            what: spec,
            apply: (changed) => void inject(changed, { operations: [spec] }, () => agent, atS),
          };
        });
        const on = (
          kind: string,
          what: string,
          apply: (there: EditableElement, state: EditableElement) => void,
        ): Change => ({
          kind,
          what: `${id}@${node} ${what}`,
          apply: (changed) => {
            const at = changed.nodeStates.get(node);
            const there = at && histories(at).find(({ attributes }) => attributes.id === id);
            if (at !== undefined && there !== undefined) apply(there, at);
          },
        });
        return [
          ...injected,
          on("history", "lost", (there, at) => {
            const list = child(child(at, "lrm")!, "lrm_resources")!;
            list.children.splice(list.children.indexOf(there), 1);
          }),
          on("history", "last operation lost", (there) => void there.children.pop()),
          on("history", "last operation pending", (there) => {
            const last = there.children.at(-1);
            if (last?.type !== "element") return;
            const attributes = (last as EditableElement).attributes;
            attributes["op-status"] = "-1";
            attributes["rc-code"] = "193";
          }),
          on("history", "timed out", (there) => {
            const last = there.children.at(-1);
            if (last?.type !== "element") return;
            const attributes = (last as EditableElement).attributes;
            attributes["op-status"] = "2";
            attributes["rc-code"] = "1";
          }),
          on("history", "another agent", (there) => {
            there.attributes.type = "Other";
          }),
          on("digest", "parameters changed", (there) => {
            for (const entry of childrenNamed(there, "lrm_rsc_op")) {
              if (entry.attributes["op-digest"] !== undefined) entry.attributes["op-digest"] = "0";
            }
          }),
          on("digest", "restart parameters changed", (there) => {
            for (const entry of childrenNamed(there, "lrm_rsc_op")) {
              for (const name of ["op-digest", "op-restart-digest"]) {
                if (entry.attributes[name] !== undefined) entry.attributes[name] = "0";
              }
            }
          }),
          on("fail_count", "failed often", (_, at) => {
            const inside = child(at, "transient_attributes") ??
              append(at, "transient_attributes", { id: at.attributes.id ?? node });
            const name = id.replace(/:\d+$/, "");
            setPair(inside, "instance_attributes", `fail-count-${name}#monitor_10000`, "INFINITY");
            setPair(inside, "instance_attributes", `last-failure-${name}#monitor_10000`, `${atS}`);
          }),
          on("fail_count", "failed once", (_, at) => {
            const inside = child(at, "transient_attributes") ??
              append(at, "transient_attributes", { id: at.attributes.id ?? node });
            const name = id.replace(/:\d+$/, "");
            setPair(inside, "instance_attributes", `fail-count-${name}#start_0`, "1");
          }),
          on("promotion_score", "likes to be promoted", (_, at) => {
            const inside = child(at, "transient_attributes") ??
              append(at, "transient_attributes", { id: at.attributes.id ?? node });
            setPair(inside, "instance_attributes", `master-${id.replace(/:\d+$/, "")}`, "500");
          }),
        ];
      })
    );
}

/** Removes resources from the configuration: what runs of them is orphaned. */
export const orphanChanges: Changes = (cib) => {
  const list = child(cib.root, "configuration");
  const resources = list && child(list, "resources");
  if (resources === undefined) return [];
  return resources.children.flatMap((item): readonly Change[] => {
    if (item.type !== "element") return [];
    const element = item;
    return [{
      kind: "orphan",
      what: `${element.attributes.id} removed with what refers to it`,
      apply: (changed) => {
        const root = child(child(changed.root, "configuration")!, "resources")!;
        const found = root.children.find((one): one is EditableElement =>
          one.type === "element" && one.attributes.id === element.attributes.id
        );
        if (found === undefined) return;
        const ids = idsIn(found);
        remove(changed, found);
        forget(child(changed.root, "configuration")!, ids);
      },
    }];
  });
};

function idsIn(element: EditableElement): ReadonlySet<string> {
  const ids = new Set<string>();
  const walk = (one: EditableElement): void => {
    if (one.attributes.id !== undefined) ids.add(one.attributes.id);
    for (const item of one.children) if (item.type === "element") walk(item);
  };
  walk(element);
  return ids;
}

/** Takes out what refers to any of these, and sets left empty. */
function forget(from: EditableElement, ids: ReadonlySet<string>): void {
  const kept = from.children.filter((item) => {
    if (item.type !== "element") return true;
    const { rsc, first, then, id } = item.attributes;
    const withRsc = item.attributes["with-rsc"];
    if ([rsc, first, then, withRsc].some((ref) => ref !== undefined && ids.has(ref))) return false;
    if (item.name.local === "resource_ref") return id === undefined || !ids.has(id);
    if (item.name.local === "obj_ref") return id === undefined || !ids.has(id);
    const before = item.children.length;
    forget(item, ids);
    return item.children.length > 0 || before === 0;
  });
  from.children.splice(0, from.children.length, ...kept);
}

function histories(state: EditableElement): EditableElement[] {
  const lrm = child(state, "lrm");
  const list = lrm && child(lrm, "lrm_resources");
  return list === undefined ? [] : childrenNamed(list, "lrm_resource");
}
