/**
 * The class `systemd`: units, where systemd runs.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Ra } from "../../handler/ra/contract.ts";
import { systemdClass } from "../../handler/ra/program/systemd.ts";
import type manifest from "./manifest.ts";

const plugin: Plugin<typeof manifest, Ra> = (config, { log }) => systemdClass(config, log);

export default plugin;
