/**
 * Several hosts as one pseudo-member, as heartbeat's `ping_group`.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Medium, MediumEvent } from "../../handler/medium/contract.ts";
import { pinger } from "../../handler/medium/pinger.ts";
import type manifest from "./manifest.ts";

const pingGroup: Plugin<typeof manifest, Medium, MediumEvent> = (config, host) =>
  pinger(config, host);

export default pingGroup;
