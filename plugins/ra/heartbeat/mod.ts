/**
 * The class `heartbeat`: scripts of Heartbeat's release 1.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Ra } from "../../handler/ra/contract.ts";
import { heartbeatClass } from "../../handler/ra/program/heartbeat.ts";
import type manifest from "./manifest.ts";

const plugin: Plugin<typeof manifest, Ra> = (config) => heartbeatClass(config);

export default plugin;
