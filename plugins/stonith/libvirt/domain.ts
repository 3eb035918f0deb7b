/**
 * A domain of libvirt, by virsh: it is destroyed and started, and its state is asked.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import type { Driver, Power } from "../../handler/stonith/power_switch.ts";
import { endDevices, runDevice } from "../../handler/stonith/program/run_device.ts";

/** States in which nothing of the domain runs. `crashed` is none: libvirt may keep or dump it. */
const offState = "shut off";
/** The other states that `virsh domstate` prints (virsh(1)). */
const onStates: readonly string[] = [
  "running",
  "idle",
  "paused",
  "in shutdown",
  "crashed",
  "dying",
  "pmsuspended",
];

/** Characters of a complaint that are shown. */
const complaintCharactersMax = 300;

/** The driver of a hypervisor. */
export function domainsOf(uri: string, path = "/usr/bin/virsh"): Driver {
  async function virsh(words: readonly string[], timeoutMs: number): Promise<string> {
    const args = ["--quiet", "--connect", uri, ...words];
    const { code, timedOut, stdout, stderr } = await runDevice({ path, args, timeoutMs });
    if (timedOut) {
      throw new Error(`virsh ${words[0]}: no answer within ${Math.round(timeoutMs)} ms`);
    }
    if (code === 0) return stdout.trim();
    const why = clip(stderr || "it prints nothing", complaintCharactersMax);
    throw new Error(`virsh ${words[0]} ended with code ${code}: ${why}`);
  }
  async function power(domain: string, timeoutMs: number): Promise<Power> {
    const state = await virsh(["domstate", domain], timeoutMs);
    if (state === offState) return "off";
    if (onStates.includes(state)) return "on";
    throw new Error(`virsh says "${clip(state, 80)}" of ${domain}, which is no state`);
  }
  return {
    power,
    async order(domain, wanted, timeoutMs) {
      const until = performance.now() + timeoutMs;
      // virsh refuses what is so already.
      if (await power(domain, timeoutMs) === wanted) return;
      const word = wanted === "off" ? "destroy" : "start";
      await virsh([word, domain], Math.max(1, until - performance.now()));
    },
    close: endDevices,
  };
}
