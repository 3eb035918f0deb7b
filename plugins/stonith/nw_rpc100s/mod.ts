/**
 * Fences with a power switch Night/Ware RPC100S: its outlet is switched off, and the switch must
 * acknowledge that and answer once more. It cannot report the state of its outlet.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import { serialDevice } from "../../handler/stonith/serial_device.ts";
import { rpc100s } from "./dialogue.ts";
import type manifest from "./manifest.ts";

const device: Plugin<typeof manifest, Stonith> = (config) => serialDevice(rpc100s, config);

export default device;
