/**
 * A signature as the last line of a packet: `<frame>\n<authnum> <mac>`. For encodings that have no
 * place of their own for it; a frame never ends with such a line itself.
 *
 * @module
 */
import type { Encoding, Envelope } from "./contract.ts";

/** Characters of the line at most. */
const lineCharactersMax = 160;
const lineForm = /^(0|[1-9][0-9]?) ([0-9a-f]+)$/;

/** The part of an encoding that has to do with signatures. */
export const trailer: Pick<Encoding, "signable" | "seal" | "open"> = {
  signable: (frame) => frame,

  seal(frame, authnum, mac) {
    const line = `\n${authnum} ${mac}`;
    const packet = new Uint8Array(frame.length + line.length);
    packet.set(frame);
    for (let i = 0; i < line.length; i++) packet[frame.length + i] = line.charCodeAt(i);
    return packet;
  },

  open(packet): Envelope | undefined {
    const end = packet.lastIndexOf(0x0a);
    if (end < 0 || packet.length - end > lineCharactersMax) return undefined;
    let line = "";
    for (let at = end + 1; at < packet.length; at++) line += String.fromCharCode(packet[at]!);
    const parts = lineForm.exec(line);
    if (parts === null) return undefined;
    const frame = packet.subarray(0, end);
    return { authnum: Number(parts[1]), mac: parts[2]!, signed: frame, frame };
  },
};
