/**
 * The model of the policy engine: the working set and all that it is made of.
 *
 * @module
 */
export * from "./model/role.ts";
export * from "./model/score.ts";
export type * from "./model/options.ts";
export type * from "./model/operation.ts";
export type * from "./model/resource_parts.ts";
export type * from "./model/ticket.ts";
export type * from "./model/linked.ts";
export type * from "./model/order.ts";
export type * from "./model/history.ts";
export type * from "./model/working_set.ts";
