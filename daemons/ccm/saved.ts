/**
 * The state of a membership daemon on disk, with a digest: a daemon that continued with less than
 * its promises would break them.
 *
 * @module
 */
import { DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import { sha256 } from "../runtime/sha256.ts";
import { begun, type Electorates } from "./electorate.ts";
import { Refusal } from "../runtime/reader.ts";
import { electorates as readElectorates } from "./protocol.ts";

/** Its key in the store. */
export const savedKey = "ccm";

/** The data on disk. */
export interface Saved {
  readonly incarnation: number;
  /** The highest epoch ever promised. */
  readonly promised: number;
  readonly electorates: Electorates;
}

/**
 * Reads the data on disk.
 *
 * @param nodes those of the node configuration: they count until a view has agreed on others.
 * @throws {SyntaxError} if it is damaged: continuing with a low epoch would break promises
 */
export function readSaved(bytes: Uint8Array | undefined, nodes: readonly string[]): Saved {
  const first = begun(nodes);
  if (bytes === undefined) return { incarnation: 0, promised: 0, electorates: first };
  const text = new TextDecoder().decode(bytes);
  // The form before nodes could be added and removed.
  const old = /^\{"incarnation":(\d{1,15}),"promised":(\d{1,15})\}$/.exec(text);
  if (old !== null) {
    return { incarnation: Number(old[1]), promised: Number(old[2]), electorates: first };
  }
  const [json = "", digest] = text.split("\n");
  const saved = digest === sha256(json) ? readJson(json, first) : undefined;
  if (saved !== undefined) return saved;
  throw new SyntaxError(
    `Cannot read the saved membership "${text.slice(0, 80)}": it is damaged. Remove the file ` +
      `"${savedKey}" of the service ccm while another node is in a view, and start again`,
  );
}

function readJson(json: string, first: Electorates): Saved | undefined {
  const { incarnation, promised, electorates } = JSON.parse(json);
  const known = readElectorates(electorates);
  if (
    !Number.isSafeInteger(incarnation) || !Number.isSafeInteger(promised) ||
    known instanceof Refusal
  ) return undefined;
  // Until a view has agreed on an electorate, the current configuration counts.
  const started = known.committed.version > 0 ? known : { ...known, committed: first.committed };
  return { incarnation, promised, electorates: started };
}

/**
 * Refuses a damaged file before any daemon is started with it: a person has to decide, and no restart
 * helps.
 *
 * @param path of the file, for the error.
 * @throws {DiagnosticError} with what to do.
 */
export function refuseDamaged(bytes: Uint8Array | undefined, path: string): void {
  try {
    readSaved(bytes, []);
  } catch {
    throw new DiagnosticError("Cannot use the state of this node", [
      problem(
        [path],
        "the saved membership is damaged",
        "without the promises in it this node could take part in two views at once",
        "remove the file while another node is in a view, or, of a cluster of one node, at any time; " +
          "then start the node again",
        "HA9002",
      ),
    ]);
  }
}

/** The data to write to disk. */
export function writeSaved({ incarnation, promised, electorates }: Saved): Uint8Array {
  const json = JSON.stringify({ incarnation, promised, electorates });
  return new TextEncoder().encode(`${json}\n${sha256(json)}\n`);
}
