/**
 * The commands of the RPC100S: `//0,WAIT,TIME`, in seconds. After WAIT its relay opens for TIME, or for
 * good if that is `*`. It answers `OK` or `Invalid Entry`, each on a line of its own.
 *
 * @module
 */
import type { AcknowledgingDialogue } from "../../handler/stonith/serial_device.ts";
import type { Step } from "../../handler/stonith/serial_line.ts";

/** Either answer: the end of a command, and what it was. */
const answered = /(?:OK|Invalid Entry)\s*[\r\n]/i;

const command = (time: string): readonly Step[] => [
  { send: `//0,0,${time};\r\n`, until: answered },
];

/** See the head of the file. */
export const rpc100s: AcknowledgingDialogue = {
  baud: 9_600,
  // A power supply bridges a short gap.
  offMs: 2_000,
  // No time: every switch refuses it, and a line without one echoes it at most.
  probe: command("BOGUS"),
  present: /^\s*Invalid Entry\s*$/im,
  order: (power) => command(power === "off" ? "*" : "0"),
  done: /^\s*(?:\/\/0,0,[0*];\s*)?OK\s*$/i,
};
