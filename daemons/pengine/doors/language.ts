/**
 * Single words of the configuration language, for the daemons that have to read them as the policy
 * engine does. It loads no engine.
 *
 * @module
 */
export { type Excess, excessesOf } from "../bounds.ts";
export { operationDigest } from "../unpack/digest.ts";
export { optionValue } from "../unpack/option_names.ts";
export { isInterval, parseInterval } from "../unpack/interval.ts";
export { compareVersions } from "../unpack/version.ts";
