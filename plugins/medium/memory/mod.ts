/**
 * Packets between nodes of one process: a bus that everybody on it hears but the sender.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Medium, MediumEvent } from "../../handler/medium/contract.ts";
import type manifest from "./manifest.ts";

/** Bytes of one packet at most, as on the other media. */
const bytesMax = 65_507;

type Receive = (bytes: Uint8Array, from: string) => void;
/** The ends of each bus, with their names. */
const buses = new Map<string, Map<Receive, string>>();

const memory: Plugin<typeof manifest, Medium, MediumEvent> = ({ bus, name }, host) => {
  const ends = buses.get(bus) ?? new Map();
  buses.set(bus, ends);
  const receive: Receive = (bytes, from) => host.emit({ type: "packet", bytes, from });
  ends.set(receive, name);
  return {
    send(packet, to) {
      if (packet.length > bytesMax) {
        host.emit({ type: "trouble", why: `${packet.length} bytes do not fit into ${bytesMax}` });
        return;
      }
      const known = [...ends.values()].includes(to ?? "");
      for (const [end, itsName] of ends) {
        if (end === receive || known && itsName !== to) continue;
        // Later, as from a network: nobody is called from within his own call.
        const copy = packet.slice();
        queueMicrotask(() => {
          if (ends.has(end)) end(copy, name);
        });
      }
    },
    describe: () => ({ link: bus, mtuBytes: bytesMax, type: "cluster" }),
    close() {
      ends.delete(receive);
      if (ends.size === 0) buses.delete(bus);
    },
  };
};

export default memory;
