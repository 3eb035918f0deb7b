/**
 * `requires`: what must be so before a resource may start.
 *
 * @module
 */
import type { Resource } from "../model.ts";
import { report, type Unpacking } from "./unpacking.ts";

/** Settles whether a resource needs quorum, fencing, unfencing. */
export function applyRequires(
  unpacking: Unpacking,
  resource: Resource,
  written: string | undefined,
): void {
  const { options } = unpacking.set;
  switch (written?.toLowerCase()) {
    case "nothing":
      return;
    case "quorum":
      resource.needsQuorum = true;
      return;
    case "fencing":
      resource.needsFencing = true;
      if (!options.stonithEnabled) {
        complain(unpacking, resource, `"${resource.id}" requires fencing, but fencing is off.`);
      }
      return;
    case "unfencing":
      if (resource.fenceDevice || !options.stonithEnabled) {
        complain(
          unpacking,
          resource,
          `"${resource.id}" requires quorum only: ` +
            (resource.fenceDevice
              ? "a fencing device cannot require unfencing."
              : "it asks for unfencing, but fencing is off."),
        );
        resource.needsQuorum = true;
        return;
      }
      resource.needsFencing = true;
      resource.needsUnfencing = true;
      return;
  }
  const fallback = defaultRequires(unpacking, resource);
  if (written !== undefined) {
    complain(
      unpacking,
      resource,
      `"${written}" is nothing that "${resource.id}" can require; using "${fallback}". Use ` +
        `nothing, quorum, fencing or unfencing.`,
    );
  }
  applyRequires(unpacking, resource, fallback);
}

function defaultRequires({ set }: Unpacking, resource: Resource): string {
  if (resource.fenceDevice || resource.remoteConnection) return "quorum";
  if (set.enableUnfencing) return set.options.stonithEnabled ? "unfencing" : "quorum";
  if (set.options.stonithEnabled) return "fencing";
  return set.options.noQuorumPolicy === "ignore" ? "nothing" : "quorum";
}

function complain(unpacking: Unpacking, resource: Resource, message: string): void {
  report(unpacking, "warning", resource.element, message);
}
