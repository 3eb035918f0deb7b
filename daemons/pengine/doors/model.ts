/**
 * What the policy engine knows of a cluster, for who asks about its resources and nodes.
 *
 * @module
 */
export { type Node, type Resource, Role, type WorkingSet } from "../model.ts";
export { primitivesOf, withoutInstance } from "../place/resource.ts";
export { findElement } from "../why/elements.ts";
export { scoreText } from "../unpack/score.ts";
