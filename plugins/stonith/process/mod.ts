/**
 * Fences a node that is a group of processes on this machine: for trying a cluster on one
 * machine, and for tests.
 *
 * Every process of such a node carries `HA_NODE=<cluster>/<node>` in the environment it was
 * started with, and so does every service it starts, whatever its parent is now. All of them are
 * killed, again and again until a look at all processes finds none.
 *
 * To find none proves nothing by itself: a name may be mistyped, the node may live on another
 * machine or as another user. So the device confirms a death only if it has seen that node alive
 * here, and refuses to work for another cluster than the one it belongs to itself.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import { end } from "../../../metadata/marked.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import type manifest from "./manifest.ts";
import { Sightings } from "./sightings.ts";

/** Milliseconds that killed processes may take to be gone. */
const goneMs = 1_000;

const device: Plugin<typeof manifest, Stonith> = ({ cluster, hostlist }) => {
  const hosts = [...new Set(hostlist.split(/ +/).filter(Boolean))].sort();
  const sightings = new Sightings(cluster, hosts);

  return {
    hosts: () => hosts,
    async status() {
      await sightings.look();
      if (sightings.misplaced !== undefined) return { ok: false, detail: sightings.misplaced };
      const unseen = hosts.filter((host) => !sightings.seen.has(host));
      return {
        ok: true,
        detail: unseen.length === 0
          ? `every node has been seen: ${hosts.join(", ")}`
          : `not seen yet, so not to be confirmed dead: ${unseen.join(", ")}`,
      };
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
      await sightings.look();
      if (sightings.misplaced !== undefined) return { ok: false, detail: sightings.misplaced };
      if (!sightings.seen.has(host)) {
        return {
          ok: false,
          detail: withCode(
            "HA8006",
            `no process of "${cluster}/${host}" was ever seen here, so finding none proves ` +
              `nothing. Fix: check "cluster" and "hostlist" of this device; start ${host} once on ` +
              "this machine, as this user",
          ),
        };
      }
      // A reboot is the end of the old life; the supervisor begins the new one.
      const left = await end(`HA_NODE=${cluster}/${host}`, "KILL", Math.min(goneMs, timeoutMs));
      return left.length === 0
        ? { ok: true, detail: `no process of ${host} is left` }
        : { ok: false, detail: `${left.length} processes of ${host} live` };
    },
    close: () => sightings.close(),
  };
};

export default device;
