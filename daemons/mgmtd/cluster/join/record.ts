/**
 * The file that says how the token of a node is: beside its sockets. Its removal closes the token.
 *
 * @module
 */
import { bytesMax, readText } from "../../../site/bounded_file.ts";
import { closedFor, type Gate } from "./gate.ts";
import { integer, list, object, record, Refusal, writable } from "../../../runtime/reader.ts";

/** Path of the file. */
export const recordFile = (run: string): string => `${run}/join.json`;

/** What stands in it. */
export interface JoinRecord {
  /** Of this opening: another token has another. */
  readonly id: string;
  readonly address: string;
  readonly port: number;
  /** Milliseconds since 1970. */
  readonly endsAtMs: number;
  /** `open`, `used`, `void` or `expired`. */
  readonly state: string;
  /** The node that joined; empty: none. */
  readonly usedBy: string;
  readonly refused: Readonly<Record<string, number>>;
  /** The last refusals. */
  readonly reasons: readonly string[];
}

/** As it is now. */
export function recordOf(
  gate: Gate,
  { id, address, port }: Pick<JoinRecord, "id" | "address" | "port">,
  atMs: number,
): JoinRecord {
  return {
    id,
    address,
    port,
    endsAtMs: gate.endsAtMs,
    state: closedFor(gate, atMs) ?? "open",
    usedBy: gate.usedBy ?? "",
    refused: Object.fromEntries(gate.refused),
    reasons: [...gate.reasons],
  };
}

const read = object({
  id: writable(64),
  address: writable(64),
  port: integer(1, 65_535),
  endsAtMs: integer(0, Number.MAX_SAFE_INTEGER),
  state: writable(20),
  usedBy: writable(255),
  refused: record(integer(0, Number.MAX_SAFE_INTEGER), 32),
  reasons: list(writable(8_000), 64),
});

/** Reads it; undefined if there is none. */
export async function readRecord(run: string): Promise<JoinRecord | undefined> {
  try {
    const value = read(JSON.parse(await readText(recordFile(run), bytesMax.configuration)));
    return value instanceof Refusal ? undefined : value;
  } catch (error) {
    const { NotFound, NotADirectory } = Deno.errors;
    const unread = [NotFound, NotADirectory, SyntaxError, TypeError, RangeError];
    if (unread.some((kind) => error instanceof kind)) return undefined;
    throw error;
  }
}

/** Writes it, whole or not at all. */
async function writeRecord(run: string, value: JoinRecord): Promise<void> {
  const path = recordFile(run);
  await Deno.writeTextFile(`${path}.new`, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  await Deno.rename(`${path}.new`, path);
}

/** The record of one opening, as long as it is neither removed nor that of the next token. */
export class OwnRecord {
  readonly #run: string;
  readonly #now: () => JoinRecord;
  #written = "";
  #last: Promise<unknown> = Promise.resolve();

  constructor(run: string, now: () => JoinRecord) {
    this.#run = run;
    this.#now = now;
  }

  /** Writes it for the first time, whatever is there. */
  begin(): Promise<void> {
    return this.#write(this.#now());
  }

  /** Brings it up to date, after what is being written. @returns whether it is still its own */
  keep(): Promise<boolean> {
    const kept = this.#last.then(() => this.#keep(), () => this.#keep());
    this.#last = kept;
    return kept;
  }

  async #keep(): Promise<boolean> {
    const now = this.#now();
    if ((await readRecord(this.#run))?.id !== now.id) return false;
    if (JSON.stringify(now) !== this.#written) await this.#write(now);
    return true;
  }

  async #write(now: JoinRecord): Promise<void> {
    await writeRecord(this.#run, now);
    this.#written = JSON.stringify(now);
  }
}
