/**
 * The class `lsb`: init scripts.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Ra } from "../../handler/ra/contract.ts";
import { lsbClass } from "../../handler/ra/program/lsb.ts";
import type manifest from "./manifest.ts";

const plugin: Plugin<typeof manifest, Ra> = (config) => lsbClass(config);

export default plugin;
