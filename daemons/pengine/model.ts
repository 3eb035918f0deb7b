/**
 * The model of the policy engine: the working set and all that it is made of.
 *
 * @module
 */
export * from "./model/role.ts";
export * from "./model/score.ts";
export type * from "./model/diagnostic.ts";
export type * from "./model/options.ts";
export type * from "./model/node.ts";
export type * from "./model/operation.ts";
export type * from "./model/resource.ts";
export type * from "./model/constraint.ts";
export type * from "./model/history.ts";
export type * from "./model/action.ts";
export type * from "./model/notification.ts";
export type * from "./model/working_set.ts";
