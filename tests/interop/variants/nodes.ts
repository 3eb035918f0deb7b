/**
 * What may happen to nodes: they fail, leave, come, stand by, are kept or sick.
 *
 * @module
 */
import { child, childrenNamed, ensure } from "../../../daemons/pengine/simulate/cib_edit.ts";
import { inject, type Injections } from "../../../daemons/pengine/simulate/inject.ts";
import { type Change, type Changes, section, setPair } from "./change.ts";

export const nodeChanges: Changes = (cib) => {
  const listed = section(cib, "nodes");
  const names = new Set([
    ...(listed === undefined ? [] : childrenNamed(listed, "node"))
      .flatMap(({ attributes }) => attributes.uname ?? []),
    ...cib.nodeStates.keys(),
  ]);
  return [...names].flatMap((name): readonly Change[] => {
    const injected = (kind: string, injections: Injections): Change => ({
      kind,
      what: `${kind} ${name}`,
      apply: (changed) => void inject(changed, injections, () => undefined, 0),
    });
    const attribute = (kind: string, pair: string, value: string): Change => ({
      kind,
      what: `${name} ${pair}=${value}`,
      apply: (changed) => {
        const nodes = section(changed, "nodes");
        const node = nodes && childrenNamed(nodes, "node")
          .find(({ attributes }) => attributes.uname === name);
        if (node !== undefined) setPair(node, "instance_attributes", pair, value);
      },
    });
    const state = (
      kind: string,
      what: string,
      values: Readonly<Record<string, string>>,
    ): Change => ({
      kind,
      what: `${name} ${what}`,
      apply: (changed) => {
        const found = changed.nodeStates.get(name);
        if (found !== undefined) Object.assign(found.attributes, values);
      },
    });
    const transient = (pair: string, value: string): Change => ({
      kind: "node_health",
      what: `${name} ${pair}=${value}`,
      apply: (changed) => {
        const found = changed.nodeStates.get(name);
        if (found === undefined) return;
        const id = found.attributes.id ?? name;
        const inside = child(found, "transient_attributes") ??
          ensure(found, "transient_attributes", { id });
        setPair(inside, "instance_attributes", pair, value);
      },
    });
    return [
      injected("node_fails", { nodesFailed: [name] }),
      injected("node_leaves", { nodesDown: [name] }),
      injected("node_comes", { nodesUp: [name] }),
      attribute("node_standby", "standby", "on"),
      attribute("node_standby", "standby", "off"),
      attribute("node_maintenance", "maintenance", "true"),
      transient("#health-disk", "red"),
      transient("#health-disk", "yellow"),
      transient("shutdown", "1600000000"),
      transient("terminate", "true"),
      transient("standby", "true"),
      state("node_state", "is pending", { crmd: "offline", join: "down", in_ccm: "true" }),
      state("node_state", "left by itself", { crmd: "offline", expected: "down", join: "down" }),
      state("node_state", "is banned", { join: "banned" }),
    ];
  });
};
