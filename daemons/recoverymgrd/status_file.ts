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
}

/** Path of the file. */
export const statusFile = (run: string): string => `${run}/daemons.json`;

let writing: Promise<void> = Promise.resolve();

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
