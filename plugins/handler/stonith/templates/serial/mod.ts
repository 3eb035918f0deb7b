/**
 * Fences with a switch on a serial line, which has an outlet for each node:
 *
 *     /Off 1    switches outlet 1 off; /On 1 switches it on
 *     /Stat 1   answers "1 on" or "1 off"
 *
 * Change the words into those of your switch. `off` is confirmed only if the switch itself says that
 * the outlet is off.
 *
 * @module
 */
import { messageOf } from "../../../../../metadata/message_of.ts";
import type { Config } from "../../../../../pils/manifest.ts";
import type { Plugin } from "../../../../../pils/plugin.ts";
import type { Stonith } from "../../contract.ts";
import { type Ask, lineOf } from "./line.ts";
import type manifest from "./manifest.ts";

/** Milliseconds that a question without consequences may take. */
const askMs = 5_000;

/** The device on whatever asks the switch: the line, or a switch that a test plays. */
export function deviceOn(ask: Ask, hostlist: Config<typeof manifest>["hostlist"]): Stonith {
  /** Whether the outlet of a node is on or off. */
  async function power(host: string, timeoutMs: number): Promise<string> {
    const outlet = hostlist.indexOf(host) + 1;
    const line = await ask(`/Stat ${outlet}\r`, new RegExp(`^${outlet} (?:on|off)$`), timeoutMs);
    return line.slice(line.indexOf(" ") + 1);
  }
  const failed = (error: unknown) => ({ ok: false, detail: messageOf(error) });

  return {
    hosts: () => hostlist,
    async status() {
      try {
        const [host = ""] = hostlist;
        return { ok: true, detail: `the outlet of ${host} is ${await power(host, askMs)}` };
      } catch (error) {
        return failed(error);
      }
    },
    async fence(action, host, timeoutMs) {
      if (!hostlist.includes(host)) {
        return { ok: false, detail: `"${host}" is not one of ${hostlist.join(", ")}` };
      }
      const until = performance.now() + timeoutMs;
      const wanted = action === "on" ? "on" : "off"; // off is enough: the node starts by itself
      try {
        const word = wanted === "on" ? "On" : "Off";
        await ask(`/${word} ${hostlist.indexOf(host) + 1}\r`, /^ok$/i, timeoutMs);
        const now = await power(host, until - performance.now());
        return { ok: now === wanted, detail: `the switch says that ${host} is ${now}` };
      } catch (error) {
        return failed(error);
      }
    },
    close() {},
  };
}

const device: Plugin<typeof manifest, Stonith> = ({ device, baud, hostlist }) =>
  deviceOn(lineOf({ device, baud }), hostlist);

export default device;
