/**
 * Fences by ssh.
 *
 * A node that is ordered to end itself falls silent, and silence proves nothing. Two things do:
 *
 * - The node itself is rebooted and answers again with another boot id: its old life has ended.
 * - A machine that controls the node, such as its hypervisor, says that it is off.
 *
 * So without a controller `off` is refused, and `reboot` waits for the new boot id.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import type { Config } from "../../../pils/manifest.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import type { FenceResult, Stonith } from "../../handler/stonith/contract.ts";
import { powerSwitch } from "../../handler/stonith/power_switch.ts";
import { endDevices } from "../../handler/stonith/program/run_device.ts";
import { targetsOf } from "../../handler/stonith/targets.ts";
import type manifest from "./manifest.ts";
import { BootIds } from "./boot_ids.ts";
import { remoteOf } from "../../handler/stonith/ssh.ts";
import { unusable } from "../../handler/stonith/fault.ts";

const device: Plugin<typeof manifest, Stonith> = (config) =>
  config.controller === undefined ? rebooting(config) : controlled(config, config.controller);

/** Nodes that another machine controls. */
function controlled(config: Config<typeof manifest>, controller: string): Stonith {
  const { hostlist, offcommand, oncommand, statuscommand } = config;
  if (offcommand === undefined || oncommand === undefined) {
    throw unusable(
      "a controller needs commands",
      'set "offcommand", "oncommand" and "statuscommand"',
    );
  }
  const remote = remoteOf(config);
  const run = (command: string, node: string, timeoutMs: number) =>
    remote(controller, command.replaceAll("{node}", node), timeoutMs);
  return powerSwitch(targetsOf(hostlist), {
    async power(node, timeoutMs) {
      const said = (await run(statuscommand, node, timeoutMs)).toLowerCase();
      if (said === "on" || said === "off") return said;
      throw new Error(`${controller} says "${clip(said, 80)}" of ${node}, expected on or off`);
    },
    order: async (node, power, timeoutMs) =>
      void await run(power === "on" ? oncommand : offcommand, node, timeoutMs),
    close: endDevices,
  }, { name: controller });
}

/** Nodes that reboot themselves. */
function rebooting(config: Config<typeof manifest>): Stonith {
  const hosts = config.hostlist;
  const ids = new BootIds(remoteOf(config), config);
  return {
    hosts: () => hosts,
    status: () => answered(() => ids.all(hosts, statusMs)),
    fence: async (action, host, timeoutMs) => {
      if (!hosts.includes(host)) {
        return { ok: false, detail: `"${host}" is not one of ${hosts.join(", ")}` };
      }
      if (action === "off") return { ok: false, detail: offRefused };
      const until = performance.now() + timeoutMs * timePart;
      return await answered(() =>
        action === "reboot" ? ids.reboot(host, until) : ids.all([host], timeoutMs * timePart)
      );
    },
    close: endDevices,
  };
}

async function answered(work: () => Promise<string>): Promise<FenceResult> {
  try {
    return { ok: true, detail: clip(await work(), detailCharactersMax) };
  } catch (error) {
    return { ok: false, detail: clip(messageOf(error), detailCharactersMax) };
  }
}

/** Milliseconds of a status. */
const statusMs = 15_000;
/** The part of the time after which the result is reported. */
const timePart = 0.95;
const detailCharactersMax = 1_000;
const offRefused = unusable(
  "a node that switches itself off cannot confirm it",
  'use reboot (pcmk_off_action=reboot), or set "controller"',
).message;

export default device;
