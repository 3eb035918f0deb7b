/**
 * Fences with a network power switch of WTI: `/OFF` a plug, and its status screen must say `OFF`.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import { telnetDevice } from "../../handler/stonith/telnet_device.ts";
import { wti } from "./dialogue.ts";
import type manifest from "./manifest.ts";

const device: Plugin<typeof manifest, Stonith> = (config) => telnetDevice(wti, config);

export default device;
