/**
 * A message to a node on several disks: written to as many as the node must read, and watched until
 * it has had its effect.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import { pauseIn } from "../../handler/stonith/bounded.ts";
import type { Disk } from "./disk.ts";
import {
  bytesOf,
  type Header,
  headerOf,
  type Message,
  messageAt,
  messageIn,
  sectorBytesMax,
  sectorOf,
  type Slot,
  slotOf,
  slotsOf,
} from "./layout.ts";

/** A disk as it was read. */
export interface Read {
  readonly disk: Disk;
  readonly header: Header;
  readonly slots: readonly Slot[];
}

/** A message for a node. */
export interface Pill {
  readonly node: string;
  readonly message: "reset" | "off";
  readonly sender: string;
}

/**
 * How many disks are enough: all of two, since a node goes on while it can read one of them; the
 * majority of three.
 */
export const enoughOf = (disks: number): number => disks < 3 ? disks : 2;

/** Reads header and slots. */
export async function readDisk(disk: Disk, signal: AbortSignal): Promise<Read> {
  try {
    const header = headerOf(await disk.read(0, sectorBytesMax, signal));
    const whole = await disk.read(0, bytesOf(header), signal);
    if (whole.length < bytesOf(header)) throw new Error("it ends before its last slot");
    return { disk, header, slots: slotsOf(header, whole) };
  } catch (error) {
    throw new Error(`${disk.path}: ${messageOf(error)}`);
  }
}

/** What became of the disks: results, and the reasons of the others. */
export async function ofDisks<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<{ readonly good: readonly R[]; readonly why: readonly string[] }> {
  const all = await Promise.allSettled(items.map(work));
  return {
    good: all.flatMap((one) => one.status === "fulfilled" ? [one.value] : []),
    why: all.flatMap((one) => one.status === "rejected" ? [messageOf(one.reason)] : []),
  };
}

/** A message that was written. */
interface Written {
  readonly disk: Disk;
  readonly header: Header;
  readonly slot: number;
}

/**
 * Sends it, and returns what is known after the time in which the node has obeyed, or was reset by its
 * watchdog.
 *
 * @throws {Error} if it is not known that the node has obeyed.
 */
export async function send(
  reads: readonly Read[],
  { node, message, sender }: Pill,
  { disks, signal }: { readonly disks: number; readonly signal: AbortSignal },
): Promise<string> {
  const enough = enoughOf(disks);
  const { good: written, why } = await ofDisks(reads, async ({ disk, header, slots }) => {
    try {
      const { number } = slotOf(slots, node);
      const at = messageAt(header, number);
      await disk.write(at, sectorOf(header, message, sender), signal);
      const one = { disk, header, slot: number };
      await stands(one, message, signal);
      return one;
    } catch (error) {
      throw new Error(`${disk.path}: ${messageOf(error)}`);
    }
  });
  if (written.length < enough) {
    const also = written.length > 0 ? `; ${node} may still obey the message on the others` : "";
    throw new Error(
      `only ${written.length} of ${enough} disks took the message${also}: ${why.join("; ")}`,
    );
  }
  const waitMs = 1_000 * Math.max(...written.map(({ header }) => header.msgwaitS));
  const loopMs = 1_000 * Math.min(...written.map(({ header }) => header.loopS));
  const until = performance.now() + waitMs;
  while (performance.now() < until) {
    await pauseIn(Math.min(loopMs, Math.max(1, until - performance.now())), signal);
    signal.throwIfAborted();
    const { good, why } = await ofDisks(written, (one) => stands(one, message, signal));
    if (good.length < enough) {
      throw new Error(
        `the message did not stand until ${node} must have read it: ${why.join("; ")}`,
      );
    }
  }
  return `the message "${message}" stood for ${
    waitMs / 1_000
  } s on ${written.length} of ${disks} ` +
    `disks: the sbd of ${node} has obeyed it, or its watchdog has reset the node`;
}

/** Throws unless the message stands in its slot. */
async function stands({ disk, header, slot }: Written, message: Message, signal: AbortSignal) {
  const found = messageIn(
    await disk.read(messageAt(header, slot), header.sectorBytes, signal)
      .catch((error) => Promise.reject(new Error(`${disk.path}: ${messageOf(error)}`))),
  );
  // Another node may have sent the same, or more.
  if (found.message === message || (message === "reset" && found.message === "off")) return;
  throw new Error(
    `${disk.path}: the slot says "${found.message ?? "something unknown"}" from ${
      found.sender || "nobody"
    }, not "${message}"`,
  );
}
