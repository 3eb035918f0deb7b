/**
 * The class `service`: a unit of systemd, or an init script.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Ra } from "../../handler/ra/contract.ts";
import { lsbClass } from "../../handler/ra/program/lsb.ts";
import { serviceClass } from "../../handler/ra/program/service.ts";
import { systemdClass } from "../../handler/ra/program/systemd.ts";
import type manifest from "./manifest.ts";

const plugin: Plugin<typeof manifest, Ra> = (config, { log }) =>
  serviceClass(systemdClass(config, log), lsbClass(config), config.scripts);

export default plugin;
