/**
 * The bounds of `bounds.ts` once more, on what the configuration came to: references, rules and
 * defaults can set a number that nobody sees in the element itself.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { cloneInstancesMax, type Excess, instancesMax, placementsMax } from "./bounds.ts";
import type { Resource, WorkingSet } from "./model.ts";

/** Everything in a working set that is beyond a bound. */
export function excessesOfSet({ resources, nodes }: WorkingSet): readonly Excess[] {
  const excesses: Excess[] = [];
  const atMost = (element: string, what: string, value: number, bound: number): void => {
    if (value <= bound) return;
    const text = withCode(
      "HA4001",
      `${element}: ${what} is ${value}; the policy engine computes with at most ${bound}. ` +
        "Fix: Set clone-max lower, or remove resources.",
    );
    excesses.push({ key: `${element} ${what}`, text });
  };
  const count = (resource: Resource): number => {
    // Histories of what is no longer configured: the engine stops them, whatever their number.
    if (resource.orphan) return 0;
    if (resource.clone !== undefined) {
      const what = `clone "${resource.id.slice(0, 64)}"`;
      atMost(what, "clone-max", resource.clone.max, cloneInstancesMax);
      atMost(what, "clone-node-max", resource.clone.nodeMax, cloneInstancesMax);
    }
    return resource.children.length === 0
      ? 1
      : resource.children.reduce((sum, child) => sum + count(child), 0);
  };
  const instances = resources.reduce((sum, resource) => sum + count(resource), 0);
  atMost("resources", "instances of all resources", instances, instancesMax);
  atMost("resources", "instances times nodes", instances * nodes.length, placementsMax);
  return excesses;
}
