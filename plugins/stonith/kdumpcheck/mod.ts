/**
 * Confirms a node that has crashed: its crash kernel runs, and the kernel of the cluster's node no
 * longer does. `/proc/vmcore`, the memory of the crashed kernel, exists in a crash kernel only.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { pause } from "../../../metadata/timer.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import { endDevices } from "../../handler/stonith/program/run_device.ts";
import { remoteOf } from "../../handler/stonith/ssh.ts";
import type manifest from "./manifest.ts";

/** Milliseconds of a status, and of one question. */
const statusMs = 15_000;
const questionMs = 5_000;
/** Milliseconds between two questions. */
const pollMs = 500;
/** The part of the time after which the result is reported. */
const timePart = 0.95;
const detailCharactersMax = 1_000;

const device: Plugin<typeof manifest, Stonith> = (config) => {
  const { hostlist, checkcommand, waitS } = config;
  const remote = remoteOf(config);

  /** Which kernel runs. */
  async function kernel(host: string, timeoutMs: number): Promise<"kdump" | "running"> {
    const said = await remote(host, checkcommand, Math.max(1, timeoutMs));
    if (said === "kdump" || said === "running") return said;
    throw new Error(`${host} says "${clip(said, 80)}", expected kdump or running`);
  }
  const refused = (detail: string) => ({ ok: false, detail: clip(detail, detailCharactersMax) });

  return {
    hosts: () => hostlist,
    async status() {
      const until = performance.now() + statusMs;
      try {
        const said: string[] = [];
        for (const host of hostlist) {
          said.push(`${host}: ${await kernel(host, until - performance.now())}`);
        }
        return { ok: true, detail: clip(said.join(", "), detailCharactersMax) };
      } catch (error) {
        return refused(messageOf(error));
      }
    },
    async fence(action, host, timeoutMs) {
      if (!hostlist.includes(host)) {
        return refused(`"${host}" is not one of ${hostlist.join(", ")}`);
      }
      if (action === "on") return refused("this device only looks, and switches nothing on");
      const until = performance.now() + Math.min(1_000 * waitS, timeoutMs * timePart);
      let last = `${host} was not asked in time`;
      do {
        try {
          const leftMs = Math.max(questionMs / 10, until - performance.now());
          if (await kernel(host, Math.min(questionMs, leftMs)) === "kdump") {
            return { ok: true, detail: `${host} has crashed: its crash kernel runs` };
          }
          // It will not crash because it is asked.
          return refused(`${host} runs its usual kernel`);
        } catch (error) {
          last = messageOf(error);
        }
        await pause(Math.min(pollMs, Math.max(0, until - performance.now())));
      } while (performance.now() < until);
      return refused(`${host} does not show that its crash kernel runs: ${last}`);
    },
    close: endDevices,
  };
};

export default device;
