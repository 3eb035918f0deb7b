/**
 * One shared disk, read and written past every cache of this machine: what the other nodes have
 * written, and what they will read. The kernel wants such reads at certain addresses of the memory,
 * which a program in TypeScript does not see, so the address is found by trying.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { constants, promises as fs } from "node:fs";
import { aborted, bounded } from "../../handler/stonith/bounded.ts";
import { unusable } from "../../handler/stonith/fault.ts";

type Handle = Awaited<ReturnType<typeof fs.open>>;

/** Bytes by which addresses differ that are tried, and where they repeat. */
const stepBytes = 8;
const pageBytes = 4_096;

/** Milliseconds after which an access counts as one that hangs: the other disks may be enough. */
const hangsMs = 3_000;

/** See the head of the file. */
export class Disk {
  readonly path: string;
  #handle: Handle | undefined;
  /** A read or write under way, and since when: while it hangs there is no other. */
  #hung: Promise<unknown> | undefined;
  #since = 0;
  readonly #offsets = new Map<number, number>();

  constructor(path: string) {
    this.path = path;
  }

  /** Reads; the result is shorter where the disk ends. */
  async read(at: number, bytes: number, signal: AbortSignal): Promise<Uint8Array> {
    const length = Math.ceil(bytes / pageBytes) * pageBytes;
    return await this.#aligned(length, signal, async (handle, buffer, offset) => {
      const { bytesRead } = await handle.read(buffer, offset, length, at);
      return new Uint8Array(buffer.subarray(offset, offset + bytesRead));
    });
  }

  /** Writes a sector, and returns when the disk has it. */
  async write(at: number, sector: Uint8Array, signal: AbortSignal): Promise<void> {
    await this.#aligned(sector.length, signal, async (handle, buffer, offset) => {
      buffer.set(sector, offset);
      const { bytesWritten } = await handle.write(buffer, offset, sector.length, at);
      if (bytesWritten !== sector.length) {
        throw new Error(`only ${bytesWritten} bytes were written`);
      }
    });
  }

  /** Closes it. */
  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    if (this.#hung === undefined) await handle?.close();
    else void this.#hung.catch(() => {}).then(() => handle?.close());
  }

  async #aligned<T>(
    length: number,
    signal: AbortSignal,
    work: (handle: Handle, buffer: Buffer, offset: number) => Promise<T>,
  ): Promise<T> {
    await this.#turn(signal);
    const accessing = this.#tried(length, work);
    this.#hung = accessing;
    this.#since = performance.now();
    accessing.catch(() => {}).finally(() => this.#hung = undefined);
    return await bounded(hangsMs, () => Promise.race([accessing, aborted(signal)]));
  }

  /** A status and a fencing may want the disk at once: one waits for the other, unless that one hangs. */
  async #turn(signal: AbortSignal): Promise<void> {
    while (this.#hung !== undefined) {
      const leftMs = this.#since + hangsMs - performance.now();
      if (leftMs <= 0) throw new Error("an earlier access to the disk hangs");
      const before = this.#hung.catch(() => {});
      await bounded(leftMs, () => Promise.race([before, aborted(signal)])).catch((error) => {
        signal.throwIfAborted();
        if (this.#hung !== undefined) throw error;
      });
    }
  }

  async #tried<T>(
    length: number,
    work: (handle: Handle, buffer: Buffer, offset: number) => Promise<T>,
  ): Promise<T> {
    const handle = this.#handle ??= await this.#open();
    const buffer = Buffer.from(new ArrayBuffer(length + pageBytes));
    const known = this.#offsets.get(length) ?? 0;
    for (let tried = 0; tried < pageBytes; tried += stepBytes) {
      const offset = (known + tried) % pageBytes;
      try {
        const result = await work(handle, buffer, offset);
        this.#offsets.set(length, offset);
        return result;
      } catch (error) {
        if (codeOf(error) === "EINVAL") continue;
        this.#handle = undefined;
        await handle.close().catch(() => {});
        throw error;
      }
    }
    throw unusable("no address in memory suits the disk", "use a block device");
  }

  async #open(): Promise<Handle> {
    try {
      return await fs.open(
        this.path,
        constants.O_RDWR | constants.O_DIRECT | constants.O_DSYNC | constants.O_NOFOLLOW,
      );
    } catch (error) {
      if (codeOf(error) !== "EINVAL") throw error;
      throw unusable("its file system reads through a cache", "use a block device");
    }
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;
