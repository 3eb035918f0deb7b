/**
 * Fences a node that is a group of processes on this machine: for trying a cluster on one
 * machine, and for tests.
 *
 * Every process of such a node carries `HA_NODE=<cluster>/<node>` in the environment it was
 * started with, and so does every service it starts, whoever its parent is now. All of them are
 * killed, again and again until a look at all processes finds none: that look is the confirmation.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import { end, look } from "../../../pils/marked.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import type manifest from "./manifest.ts";

/** Milliseconds that killed processes may take to be gone. */
const goneMs = 1_000;

const device: Plugin<typeof manifest, Stonith> = ({ cluster, hostlist }) => {
  const hosts = hostlist.split(/ +/).filter(Boolean).sort();

  const about = (host: string, left: readonly number[]): string =>
    left.length === 0
      ? `no process of ${host} is left`
      : `${left.length} processes of ${host} live`;

  return {
    hosts: () => hosts,
    async status() {
      const [host = ""] = hosts;
      return { ok: true, detail: about(host, await look(`HA_NODE=${cluster}/${host}`)) };
    },
    async fence(action, host, timeoutMs) {
      if (!hosts.includes(host)) {
        return { ok: false, detail: `"${host}" is not one of ${hosts.join(", ")}` };
      }
      if (action === "on") {
        return {
          ok: false,
          detail: "a node made of processes is started by its supervisor, not by this device",
        };
      }
      // A reboot is the end of the old life; the supervisor begins the new one.
      const left = await end(`HA_NODE=${cluster}/${host}`, "KILL", Math.min(goneMs, timeoutMs));
      return { ok: left.length === 0, detail: about(host, left) };
    },
    close() {},
  };
};

export default device;
