/**
 * The commands of WTI's RPS-10: a fixed prefix, the address of a module, what to do, and a return.
 *
 * @module
 */
import type { SerialDialogue } from "../../handler/stonith/serial_device.ts";
import type { Step } from "../../handler/stonith/serial_line.ts";

const prefix = "\x02\x18\x18\x02\x18\x18";

/** Each answer ends so, on a line of its own. */
const complete = /Complete[\r\n]/;

const command = (module: string, what: string): readonly Step[] => [
  { send: `${prefix}${module}${what}\r`, until: complete },
];

/** See the head of the file. */
export const rps10: SerialDialogue = {
  baud: 9_600,
  status: (module) => command(module, "?"),
  // "Plug 3 Off", once.
  state(said, module) {
    const found = [...said.matchAll(/^\s*Plug (\d)\s+(On|Off)\s*$/gim)]
      .filter(([, number]) => number === module);
    if (found.length !== 1) return undefined;
    return found[0]?.[2]?.toLowerCase() === "off" ? "off" : "on";
  },
  order: (power, module) => command(module, power === "on" ? "1" : "0"),
  failed: /invalid|error/i,
};
