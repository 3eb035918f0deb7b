/**
 * The state of a cluster, as the policy engine reads it from a CIB, and in the words people know. No
 * decision is made for it.
 *
 * @module
 */
export { instanceCounts } from "../simulate/instance_counts.ts";
export { statusDetails } from "../simulate/status_details.ts";
export { primitiveFlags, primitiveState, roleText } from "../simulate/status_primitive.ts";
export { isShown, isSilent, nodeMode, statusText } from "../simulate/status_text.ts";
export { failCount, unpack } from "../unpack/mod.ts";
