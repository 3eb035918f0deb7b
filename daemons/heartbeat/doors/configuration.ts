/**
 * What a configuration of heartbeat is made of, for who writes one.
 *
 * @module
 */
export { readAuthkeys, warningsOfUse } from "../authkeys.ts";
export type { ClientRule } from "../clients/state.ts";
export { linksOf } from "../link_parameters.ts";
