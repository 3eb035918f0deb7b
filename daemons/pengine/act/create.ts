/**
 * Creating the actions of resources of any kind.
 *
 * @module
 */
import type { Resource, WorkingSet } from "../model.ts";
import { createBundleActions } from "./bundle.ts";
import { createCloneActions } from "./clone.ts";
import { createGroupActions } from "./group.ts";
import { createPrimitiveActions } from "./primitive.ts";

/** Creates the actions of one resource and its members. */
export function createActions(set: WorkingSet, resource: Resource): void {
  switch (resource.variant) {
    case "primitive":
      return createPrimitiveActions(set, resource);
    case "group":
      return createGroupActions(set, resource);
    case "clone":
      return createCloneActions(set, resource);
    case "bundle":
      return createBundleActions(set, resource);
  }
}
