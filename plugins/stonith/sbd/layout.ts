/**
 * The layout of a disk of sbd, version 2: a header, then for each slot a sector with the name of its
 * node and one with the message for it. Numbers are big-endian.
 *
 * @module
 */
import { unusable } from "../../handler/stonith/fault.ts";

/** Bytes that are read at least: a sector of any disk. */
export const sectorBytesMax = 4_096;

/** The messages, by their byte. */
export const messages = ["clear", "test", "reset", "off", "exit", "crashdump"] as const;

/** One of them. */
export type Message = typeof messages[number];

/** What the header says. */
export interface Header {
  readonly uuid: string;
  readonly slots: number;
  readonly sectorBytes: number;
  /** Seconds within which a node has read its slot, or its watchdog has reset it. */
  readonly watchdogS: number;
  /** Seconds between two looks of a node at its slot. */
  readonly loopS: number;
  /** Seconds after which a message has had its effect. */
  readonly msgwaitS: number;
}

/** A slot that a node has. */
export interface Slot {
  readonly number: number;
  readonly node: string;
  readonly message: Message | undefined;
  readonly sender: string;
}

const magic = "SBD_SBD_";
const version = 2;
const nameBytes = 64;
/** Seconds that a header may ask to wait; more is not a header. */
const waitSMax = 86_400;

/**
 * Reads the header.
 * @throws {Error} if it is none.
 */
export function headerOf(sector: Uint8Array): Header {
  if (sector.length < 64 || text(sector.subarray(0, 8)) !== magic) {
    throw unusable("it is not a disk of sbd", "sbd -d DEVICE create");
  }
  if (sector[8] !== version) {
    throw new Error(`its header has version ${sector[8]}, expected ${version}`);
  }
  const view = new DataView(sector.buffer, sector.byteOffset, sector.byteLength);
  const header = {
    uuid: sector.slice(33, 49).toHex().replace(
      /^(.{8})(.{4})(.{4})(.{4})(.{12})$/,
      "$1-$2-$3-$4-$5",
    ),
    slots: sector[9] ?? 0,
    sectorBytes: view.getUint32(12),
    watchdogS: view.getUint32(16),
    loopS: view.getUint32(24),
    msgwaitS: view.getUint32(28),
  };
  const { slots, sectorBytes, msgwaitS, loopS, watchdogS } = header;
  const isSector = [512, 1024, 2048, 4096].includes(sectorBytes);
  if (slots === 0 || !isSector || msgwaitS > waitSMax || loopS > waitSMax) {
    throw new Error(
      `its header is damaged: ${slots} slots, sectors of ${sectorBytes} bytes, msgwait ${msgwaitS} s`,
    );
  }
  // A node that cannot read its slot any more dies by its watchdog; before that, nothing is certain.
  if (msgwaitS <= watchdogS || loopS === 0) {
    throw unusable(
      `msgwait is ${msgwaitS} s, which is not more than the watchdog's ${watchdogS} s`,
      "sbd -d DEVICE -4 SECONDS create, with twice the time of the watchdog",
    );
  }
  return header;
}

/** Bytes of header and slots. */
export const bytesOf = ({ slots, sectorBytes }: Header): number => sectorBytes * (1 + 2 * slots);

/** Where the message of a slot stands. */
export const messageAt = ({ sectorBytes }: Header, slot: number): number =>
  sectorBytes * (2 + 2 * slot);

/** The slots that nodes have. */
export function slotsOf(header: Header, disk: Uint8Array): Slot[] {
  const slots: Slot[] = [];
  for (let number = 0; number < header.slots; number++) {
    const at = header.sectorBytes * (1 + 2 * number);
    if (disk[at] !== 1) continue;
    const node = text(disk.subarray(at + 1, at + 1 + nameBytes));
    slots.push({ number, node, ...messageIn(disk.subarray(at + header.sectorBytes)) });
  }
  return slots;
}

/** The message in a sector, and who has sent it. */
export function messageIn(sector: Uint8Array): Pick<Slot, "message" | "sender"> {
  return { message: messages[sector[0] ?? 255], sender: text(sector.subarray(1, 1 + nameBytes)) };
}

/** A sector with a message. */
export function sectorOf(header: Header, message: Message, sender: string): Uint8Array {
  const sector = new Uint8Array(header.sectorBytes);
  sector[0] = messages.indexOf(message);
  sector.set(new TextEncoder().encode(sender).subarray(0, nameBytes - 1), 1);
  return sector;
}

/** The slot of a node; sbd does not distinguish large and small letters. */
export function slotOf(slots: readonly Slot[], node: string): Slot {
  const found = slots.filter((slot) => slot.node.toLowerCase() === node.toLowerCase());
  if (found.length > 1) {
    throw unusable(`${found.length} slots are named ${node}`, "prepare the disk with sbd create");
  }
  if (found[0] === undefined) {
    throw unusable(
      `${node} has no slot, so no sbd of it has run with this disk`,
      `start sbd on ${node}`,
    );
  }
  return found[0];
}

/** Text up to the first NUL. */
function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
}
