/**
 * How many instances of resources there are, and how many of them the cluster leaves alone.
 *
 * @module
 */
import { type Resource, Role, type WorkingSet } from "../model.ts";
import { topmost } from "../place/resource.ts";

/** Counts of instances. */
export interface InstanceCounts {
  readonly all: number;
  /** The configuration wants them stopped, or not promoted. */
  readonly disabled: number;
  /** A failure keeps the cluster from touching them. */
  readonly blocked: number;
}

/** Counts the instances of all resources. */
export function instanceCounts({ resources }: WorkingSet): InstanceCounts {
  const counted = resources.flatMap(instances);
  return {
    all: counted.length,
    disabled: counted.filter(isDisabled).length,
    blocked: counted.filter(({ blocked }) => blocked).length,
  };
}

function instances(resource: Resource): readonly Resource[] {
  if (resource.bundle !== undefined) {
    return resource.bundle.replicas.flatMap(({ ip, child, container, remote }) =>
      [ip, child, container, remote].flatMap((part) => part === undefined ? [] : instances(part))
    );
  }
  if (resource.variant !== "primitive") return resource.children.flatMap(instances);
  return resource.orphan && resource.role <= Role.stopped ? [] : [resource];
}

/** Whether the configuration wants it stopped, or not promoted though it could be. */
function isDisabled(resource: Resource): boolean {
  const wanted = resource.meta.get("target-role")?.toLowerCase();
  return wanted === "stopped" ||
    (topmost(resource).promotable && (wanted === "unpromoted" || wanted === "slave"));
}
