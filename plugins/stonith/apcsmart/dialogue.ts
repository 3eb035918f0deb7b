/**
 * APC's protocol of the Smart-UPS ("UPS-Link", "smart mode"): commands of one character.
 *
 * @module
 */
import type { SerialDialogue } from "../../handler/stonith/serial_device.ts";
import type { Step } from "../../handler/stonith/serial_line.ts";

/** Milliseconds between the two characters of an order: it must be more than 1.5 s. */
const twiceMs = 1_700;
/** Bits of the state: the load has power from the mains, or from the battery. */
const [onLine, onBattery] = [0x08, 0x10];

/** It talks this way after `Y`, and says `SM`. */
const smart: Step = { send: "Y", until: /SM\r?\n/ };

/** See the head of the file. */
export const apcsmart: SerialDialogue = {
  baud: 2_400,
  status: () => [smart, { send: "Q", until: /[0-9A-F]{2}\r?\n/i }],
  // Events such as "!" (mains failed) may come between.
  state(said) {
    const lines = said.split(/[\r\n]+/).map((line) => line.replace(/[!$%+*#&=?|]/g, ""))
      .filter((line) => /^[0-9A-F]{2}$/i.test(line));
    if (lines.length !== 1) return undefined;
    return (Number.parseInt(lines[0] ?? "", 16) & (onLine | onBattery)) === 0 ? "off" : "on";
  },
  // Off at once, without the delays of "S" and "K"; it stays off until it is switched on.
  order: (power) => {
    const letter = power === "off" ? "Z" : "\x0E";
    return [smart, { send: letter, thenMs: twiceMs }, { send: letter }];
  },
};
