/**
 * Adds, removes and finds an address on an interface, and announces it.
 *
 * @module
 */
import { type Actions, type Parameters, rc } from "../../../../handler/ra/typescript/agent.ts";
import { announce } from "./announce.ts";
import { isOn, run } from "./ip.ts";
import type manifest from "./manifest.ts";

/** What fails, as ip says it. */
function failed(why: string): number {
  console.error(`ocf-exit-reason:${why}`);
  return rc.error;
}

const family = ({ address }: Parameters<typeof manifest>) => address.includes(":") ? "-6" : "-4";

/** Why the prefix is too long for the address; undefined if it is not. */
const wrongPrefix = ({ address, prefix }: Parameters<typeof manifest>) =>
  !address.includes(":") && prefix > 32 ? "the prefix of an IPv4 address is at most 32" : undefined;

const actions: Actions<typeof manifest> = {
  async start(parameters) {
    const { address, prefix, nic } = parameters;
    const wrong = wrongPrefix(parameters);
    if (wrong !== undefined) {
      console.error(`ocf-exit-reason:${wrong}`);
      return rc.notConfigured;
    }
    const there = await isOn(parameters);
    if (there.is === "unknown") return failed(there.why);
    if (there.is === "off") {
      // The cluster sees to it that no other node has it, so its duplicate is not waited for.
      const only = address.includes(":") ? ["nodad"] : [];
      const words = [
        family(parameters),
        "address",
        "add",
        `${address}/${prefix}`,
        "dev",
        nic,
        ...only,
      ];
      const added = await run(parameters.ip, words);
      if (!added.ok) return failed(added.said);
      const up = await run(parameters.ip, ["link", "set", nic, "up"]);
      if (!up.ok) return failed(up.said);
    }
    console.log(await announce(parameters));
    return rc.ok;
  },
  async stop(parameters) {
    const { address, prefix, nic } = parameters;
    const there = await isOn(parameters);
    // Without the interface, the address is nowhere.
    if (there.is === "off" || there.is === "unknown" && there.missing) return rc.ok;
    if (there.is === "unknown") return failed(there.why);
    const held = there.prefix ?? prefix;
    const words = [family(parameters), "address", "del", `${address}/${held}`, "dev", nic];
    const removed = await run(parameters.ip, words);
    return removed.ok ? rc.ok : failed(removed.said);
  },
  async monitor(parameters) {
    const there = await isOn(parameters);
    if (there.is === "unknown" && there.missing) return rc.notRunning;
    if (there.is === "unknown") return failed(there.why);
    if (there.is === "off") return rc.notRunning;
    return there.up ? rc.ok : failed(`the interface ${parameters.nic} is down`);
  },
};

export default actions;
