/**
 * Packets through a process group of Corosync: for those who have it, or whose cluster outgrows what
 * heartbeat itself carries.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Medium, MediumEvent } from "../../handler/medium/contract.ts";
import { Group } from "./group.ts";
import type manifest from "./manifest.ts";
import { groupMedium } from "./group_medium.ts";

const corosync: Plugin<typeof manifest, Medium, MediumEvent> = ({ name, library }, host) =>
  groupMedium(name, (take) => Group.join(library, name, take), host);

export default corosync;
