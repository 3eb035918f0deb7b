/**
 * Fences with power strips of Cyclades (AlterPath PM) behind a console server: its command `pmCommand`
 * runs by ssh, and its table of outlets must say `OFF`.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import { powerSwitch } from "../../handler/stonith/power_switch.ts";
import { endDevices } from "../../handler/stonith/program/run_device.ts";
import { remoteOf } from "../../handler/stonith/ssh.ts";
import { targetsOf } from "../../handler/stonith/targets.ts";
import type manifest from "./manifest.ts";
import { stateIn } from "./status.ts";

const device: Plugin<typeof manifest, Stonith> = (config) => {
  const { address, serialport, hostlist } = config;
  const remote = remoteOf(config);
  const run = (words: string, timeoutMs: number) =>
    remote(address, `/bin/pmCommand ${serialport} ${words}`, timeoutMs);
  return powerSwitch(targetsOf(hostlist), {
    power: async (outlet, timeoutMs) => stateIn(await run("status all", timeoutMs), outlet),
    order: async (outlet, power, timeoutMs) => void await run(`${power} ${outlet}`, timeoutMs),
    close: endDevices,
  }, { name: `the console server at ${address}` });
};

export default device;
