/**
 * Ends the machine on which it runs. It never confirms: if the order works there is nobody left to
 * report it, and if somebody reports it did not work. The cluster believes no node about itself either.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import { endDevices, runDevice } from "../../handler/stonith/program/run_device.ts";
import type manifest from "./manifest.ts";

const device: Plugin<typeof manifest, Stonith> = (config) => {
  const own = Deno.hostname();
  return {
    hosts: () => [own],
    status: () => ({ ok: true, detail: `it can end ${own}, and never confirms that` }),
    async fence(action, host, timeoutMs) {
      if (host !== own) return { ok: false, detail: `"${clip(host, 255)}" is not one of ${own}` };
      if (action === "on") return { ok: false, detail: `${own} is on, since it answers` };
      const path = action === "off" ? config.offprogram : config.rebootprogram;
      try {
        const { code, stderr } = await runDevice({ path, args: config.arguments, timeoutMs });
        const why = stderr === "" ? "" : `: ${clip(stderr, 300)}`;
        return {
          ok: false,
          detail: `${path} ended with code ${code}, and ${own} still lives${why}`,
        };
      } catch (error) {
        return { ok: false, detail: messageOf(error) };
      }
    },
    close: endDevices,
  };
};

export default device;
