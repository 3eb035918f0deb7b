/**
 * Fences with a remote power controller of BayTech: `Off` an outlet, and its status must say `Off`.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import { telnetDevice } from "../../handler/stonith/telnet_device.ts";
import { baytech } from "./dialogue.ts";
import type manifest from "./manifest.ts";

const device: Plugin<typeof manifest, Stonith> = (config) => telnetDevice(baytech, config);

export default device;
