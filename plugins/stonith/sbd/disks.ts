/**
 * The disks of a device as a whole: enough of them can be read, and each is still the one that it was.
 *
 * @module
 */
import { Disk } from "./disk.ts";
import { enoughOf, ofDisks, type Read, readDisk } from "./pill.ts";

/** See the head of the file. */
export class Disks {
  readonly count: number;
  readonly #disks: readonly Disk[];
  /** Which disk each one was at first: another one in its place is not read by the nodes. */
  readonly #uuids = new Map<Disk, string>();
  #named: readonly string[] = [];

  constructor(paths: readonly string[]) {
    this.#disks = [...new Set(paths)].map((path) => new Disk(path));
    this.count = this.#disks.length;
  }

  /** Nodes that have a slot on enough disks, as last read, in small letters as sbd compares them. */
  get named(): readonly string[] {
    return this.#named;
  }

  /**
   * Reads them.
   * @throws {Error} if too few can be read.
   */
  async look(signal: AbortSignal): Promise<readonly Read[]> {
    const { good, why } = await ofDisks(this.#disks, async (disk) => {
      const read = await readDisk(disk, signal);
      const first = this.#uuids.get(disk) ?? read.header.uuid;
      if (first !== read.header.uuid) {
        throw new Error(
          `${disk.path}: another disk is here now, ${read.header.uuid}, not ${first}`,
        );
      }
      this.#uuids.set(disk, first);
      return read;
    });
    const enough = enoughOf(this.count);
    if (good.length < enough) {
      throw new Error(`only ${good.length} of ${enough} disks can be read: ${why.join("; ")}`);
    }
    this.#named = namedBy(good, enough);
    return good;
  }

  /** Closes them. */
  async close(): Promise<void> {
    await Promise.all(this.#disks.map((disk) => disk.close()));
  }
}

/** Milliseconds after which a message on these disks has had its effect. */
export const waitMsOf = (reads: readonly Read[]): number =>
  1_000 * Math.max(...reads.map(({ header }) => header.msgwaitS));

function namedBy(reads: readonly Read[], enough: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const { slots } of reads) {
    for (const node of new Set(slots.map(({ node }) => node.toLowerCase()))) {
      counts.set(node, (counts.get(node) ?? 0) + 1);
    }
  }
  return [...counts].flatMap(([node, count]) => count >= enough ? [node] : []).sort();
}
