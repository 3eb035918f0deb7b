/**
 * Fences with a power switch RPS-10 of WTI: a module is switched off, and its status must say `Off`.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import { serialDevice } from "../../handler/stonith/serial_device.ts";
import { rps10 } from "./dialogue.ts";
import type manifest from "./manifest.ts";

const device: Plugin<typeof manifest, Stonith> = (config) => serialDevice(rps10, config);

export default device;
