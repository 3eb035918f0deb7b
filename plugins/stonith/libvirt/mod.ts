/**
 * Fences virtual machines: `virsh destroy` takes the power from a domain, and `domstate` must say that
 * it is shut off.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import { powerSwitch } from "../../handler/stonith/power_switch.ts";
import { targetsOf } from "../../handler/stonith/targets.ts";
import { domainsOf } from "./domain.ts";
import type manifest from "./manifest.ts";

const device: Plugin<typeof manifest, Stonith> = ({ uri, hostlist }) =>
  powerSwitch(targetsOf(hostlist), domainsOf(uri), { name: `the hypervisor ${uri}` });

export default device;
