/**
 * A host as a pseudo-member, as heartbeat's `ping` and `ping6`.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Medium, MediumEvent } from "../../handler/medium/contract.ts";
import { pinger } from "../../handler/medium/pinger.ts";
import type manifest from "./manifest.ts";

const ping: Plugin<typeof manifest, Medium, MediumEvent> = ({ name, address, library }, host) =>
  pinger({ name, addresses: [address], library }, host);

export default ping;
