/**
 * The command line of BayTech's remote power controllers, from their owner's manuals.
 *
 * @module
 */
import type { SwitchDialogue } from "../../handler/stonith/switch_dialogue.ts";

/** See the head of the file. */
export const baytech: SwitchDialogue = {
  userAsked: /user ?name\s?[>:]\s*$/i,
  passwordAsked: /password\s?[>:]\s*$/i,
  refused: /invalid (?:user|password)/i,
  prompt: /(?:^|[\r\n])(?:DS-)?RPC(?:-?\d{1,2}[A-Z]?)?\s?>\s*$/,
  // The first item of the menu is the control of the outlets.
  menu: { asked: /selection\s?[>:]\s*$/i, given: "1" },
  confirm: { asked: /\(Y\/N\)\s?[>?]\s*$/i, given: "Y" },
  more: /enter:\s*$/i,
  statusCommand: "Status",
  // "3)...OUTLET 3    : Off", or the same without the colon.
  state(screen, outlet) {
    const rows = [...screen.matchAll(/^\s*(\d{1,3})\)[. ]*\S.*?[\s:]+(\S+)\s*$/gm)];
    const found = rows.filter(([, number]) => number === outlet);
    return found.length === 1 ? found[0]?.[2] : undefined;
  },
  command: (power, outlet) => `${power === "on" ? "On" : "Off"} ${outlet}`,
  failed: /invalid|error|denied|not allowed/i,
  byeCommand: "Logout",
};
