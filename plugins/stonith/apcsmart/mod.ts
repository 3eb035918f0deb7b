/**
 * Fences with a Smart-UPS of APC: its output is switched off, and it must say that the load has power
 * neither from the mains nor from the battery.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import { serialDevice } from "../../handler/stonith/serial_device.ts";
import { apcsmart } from "./dialogue.ts";
import type manifest from "./manifest.ts";

const device: Plugin<typeof manifest, Stonith> = (config) => serialDevice(apcsmart, config);

export default device;
