/**
 * The file that says that a node is leaving: beside its configuration, from before its services are
 * moved until its files are aside. A leave that was interrupted goes on by it.
 *
 * @module
 */
import { bytesMax, readText } from "../../../site/bounded_file.ts";
import { integer, object, oneOf, Refusal, writable, yesOrNo } from "../../../runtime/reader.ts";
import { writeWhole } from "../../whole_file.ts";
import type { Places } from "../places.ts";

/** Its path. */
export const journalFile = ({ config }: Pick<Places, "config">): string => `${config}.leaving`;

/** What stands in it. */
export interface Journal {
  /**
   * `asking`: the node is in standby, or will be; `agreed`: the cluster knows that this life of the node
   * leaves; `stopped`: only its files are to be put aside.
   */
  readonly phase: "asking" | "agreed" | "stopped";
  readonly cluster: string;
  readonly node: string;
  /** Part of the names under which the files are kept. */
  readonly number: number;
  /** The node was in standby before. */
  readonly standby: boolean;
  /** The files are removed in the end. */
  readonly purge: boolean;
  /** The configuration may be aside already. */
  readonly authkeys: string;
  readonly state: string;
  readonly run: string;
}

const path = writable(4_096);

const read = object({
  phase: oneOf("asking", "agreed", "stopped"),
  cluster: writable(255),
  node: writable(255),
  number: integer(1, 9),
  standby: yesOrNo,
  purge: yesOrNo,
  authkeys: path,
  state: path,
  run: path,
});

/** Reads its text; undefined if it is none. */
export function journalIn(text: string | undefined): Journal | undefined {
  if (text === undefined) return undefined;
  try {
    const value = read(JSON.parse(text));
    if (value instanceof Refusal) return undefined;
    const paths = [value.authkeys, value.state, value.run];
    return paths.every((one) => one.startsWith("/")) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Reads it; undefined if there is none. */
export async function readJournal(places: Places): Promise<Journal | undefined> {
  try {
    return journalIn(await readText(journalFile(places), bytesMax.nodeConfig));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Writes it, whole or not at all. */
export const writeJournal = (places: Places, journal: Journal): Promise<void> =>
  writeWhole(journalFile(places), `${JSON.stringify(journal)}\n`, 0o600);
