/**
 * How the daemons of a node stand, in a file beside their sockets: for faces, which can read it also
 * when a daemon hangs.
 *
 * @module
 */

/** One daemon of a node. */
export interface DaemonStatus {
  readonly name: string;
  /** `starting`, `running`, `silent` (it answers nothing), `waiting` (for a restart) or `ended`. */
  readonly state: string;
  /** Times that it was started again since the node was started. */
  readonly restarts: number;
  /** How it ended last; empty: it has not. */
  readonly last: string;
}

/** What stands in the file. */
export interface DaemonsStatus {
  readonly daemons: readonly DaemonStatus[];
  /** Why the node was given up; empty: it was not. */
  readonly givenUp: string;
  /** The recovery manager that wrote it; absent: one of an earlier version. */
  readonly writer?: Writer;
}

/** Who wrote the file, and when: what stands in it is worth no more than that. */
export interface Writer {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Milliseconds after which it writes again at the latest. */
  readonly everyMs: number;
}

/** Path of the file. */
export const statusFile = (run: string): string => `${run}/daemons.json`;

let writing: Promise<void> = Promise.resolve();

/** Milliseconds between two writings at least, where nothing has changed. */
const restMsMin = 1_000;

/** The file of a node, which says again and again that its writer lives. */
export class StatusFile {
  readonly #run: string;
  readonly #everyMs: number;
  #status: object = {};
  #wroteMs = -Infinity;

  /** @param run folder of the node. @param beatMs between two calls of `beat`. */
  constructor(run: string, beatMs: number) {
    this.#run = run;
    this.#everyMs = Math.max(beatMs, restMsMin);
  }

  /** The children stand so. */
  async write(status: unknown): Promise<void> {
    if (typeof status === "object" && status !== null) this.#status = status;
    this.#wroteMs = performance.now();
    const writer: Writer = { pid: Deno.pid, atMs: Date.now(), everyMs: this.#everyMs };
    await writeStatus(this.#run, { ...this.#status, writer });
  }

  /** The writer lives. Where the file cannot be written its age says so. */
  beat(): void {
    if (performance.now() - this.#wroteMs < restMsMin) return;
    this.write(undefined).catch(() => {});
  }
}

/** Writes the file, whole or not at all; one after another. */
export function writeStatus(run: string, status: unknown): Promise<void> {
  const path = statusFile(run);
  writing = writing.catch(() => {}).then(async () => {
    await Deno.writeTextFile(`${path}.new`, `${JSON.stringify(status)}\n`, { mode: 0o600 });
    await Deno.rename(`${path}.new`, path);
  });
  return writing;
}

/**
 * Reads the file.
 *
 * @throws {Error} if it is not there, or is no such file.
 */
export async function readStatus(run: string): Promise<DaemonsStatus> {
  const read: unknown = JSON.parse(await Deno.readTextFile(statusFile(run)));
  const { daemons, givenUp } = fieldsOf(read);
  if (!Array.isArray(daemons) || typeof givenUp !== "string") {
    throw new TypeError(`"${statusFile(run)}" does not contain the state of the daemons`);
  }
  return {
    givenUp,
    daemons: daemons.map(fieldsOf).map(({ name, state, restarts, last }) => ({
      name: String(name),
      state: String(state),
      restarts: Number(restarts),
      last: String(last),
    })),
  };
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};
