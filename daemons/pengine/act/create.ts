/**
 * Creating the actions of resources of any kind. What holds other resources is handed the way to
 * create theirs, so that no kind has to know the others.
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
  const member = (part: Resource): void => createActions(set, part);
  switch (resource.variant) {
    case "primitive":
      return createPrimitiveActions(set, resource);
    case "group":
      return createGroupActions(set, resource, member);
    case "clone":
      return createCloneActions(set, resource, member);
    case "bundle":
      return createBundleActions(set, resource, member);
  }
}
