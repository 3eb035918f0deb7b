/**
 * Meta-data of fencing devices, as stonithd gives it to who checks a configuration.
 *
 * @module
 */
export { deviceMetaData } from "../manifests.ts";
