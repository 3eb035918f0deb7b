/**
 * Which plug of a device belongs to which node.
 *
 * A list names nodes, each with its plug where that has another name: `alice bob:3`. A node that is
 * named twice has two plugs, such as two power supplies: it is off when both are.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";

/** Plugs by node, in the order of the configuration. */
export type Targets = ReadonlyMap<string, readonly string[]>;

/** Plugs of one node at most. */
const plugsMax = 16;

/** Reads such a list. @throws {Error} if a node has too many plugs. */
export function targetsOf(hostlist: readonly string[]): Targets {
  const targets = new Map<string, readonly string[]>();
  for (const entry of hostlist) {
    const at = entry.indexOf(":");
    const [node, plug] = at < 0 ? [entry, entry] : [entry.slice(0, at), entry.slice(at + 1)];
    const plugs = [...new Set([...targets.get(node) ?? [], plug])];
    if (plugs.length > plugsMax) {
      const what = `hostlist: ${node} has more than ${plugsMax} plugs`;
      throw new Error(withCode("HA8002", `${what}. Fix: remove some`));
    }
    targets.set(node, plugs);
  }
  return targets;
}
