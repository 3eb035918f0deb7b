/**
 * Meta-data of fencing devices, as stonithd gives it to those that check a configuration.
 *
 * @module
 */
export { deviceMetaData } from "../manifests.ts";
