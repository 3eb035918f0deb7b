/**
 * The command line of WTI's power switches, from their user's guides.
 *
 * @module
 */
import type { SwitchDialogue } from "../../handler/stonith/switch_dialogue.ts";

/** See the head of the file. */
export const wti: SwitchDialogue = {
  userAsked: /(?:login|username):\s*$/i,
  passwordAsked: /password:\s*$/i,
  refused: /(?:invalid|incorrect) (?:password|login)/i,
  prompt: /(?:^|[\r\n])(?:RSM|MPC|IPS|TPS|NBB|NPS|VMR)>\s*$/,
  more: /press .?enter|enter:\s*$/i,
  statusCommand: "/S",
  // The plug by its number or its name, as the command takes it.
  state(screen, outlet) {
    const rows = screen.split(/\r?\n|\r/).map((line) => line.split("|").map((cell) => cell.trim()));
    const header = rows.find((cells) => cells.some((cell) => /^plug$/i.test(cell)));
    const columnOf = (name: RegExp) => header?.findIndex((cell) => name.test(cell)) ?? -1;
    const [plug, label, status] = [columnOf(/^plug$/i), columnOf(/^name$/i), columnOf(/^status$/i)];
    if (status < 0) return undefined;
    const wanted = outlet.toLowerCase();
    const found = rows.filter((cells) =>
      cells !== header &&
      (cells[plug]?.toLowerCase() === wanted || cells[label]?.toLowerCase() === wanted)
    );
    return found.length === 1 ? found[0]?.[status] : undefined;
  },
  // ",Y" answers the question "Sure?".
  command: (power, outlet) => `/${power.toUpperCase()} ${outlet},Y`,
  failed: /invalid|error|denied|not allowed/i,
  byeCommand: "/X",
};
