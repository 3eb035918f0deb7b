/**
 * What a membership daemon keeps on disk, with a digest: to go on with less than what was promised
 * would break the promise.
 *
 * @module
 */
import { sha256 } from "../runtime/sha256.ts";
import { begun, type Electorates } from "./electorate.ts";
import { Refusal } from "../runtime/reader.ts";
import { electorates as readElectorates } from "./protocol.ts";

/** The key under which it is. */
export const savedKey = "ccm";

/** What is on disk. */
export interface Saved {
  readonly incarnation: number;
  /** The highest epoch ever promised. */
  readonly promised: number;
  readonly electorates: Electorates;
}

/**
 * Reads what is on disk.
 *
 * @param nodes the node configuration's: they count until a view has agreed on others.
 * @throws {SyntaxError} if it is damaged: to go on with a low epoch would break what was promised
 */
export function readSaved(bytes: Uint8Array | undefined, nodes: readonly string[]): Saved {
  const first = begun(nodes);
  if (bytes === undefined) return { incarnation: 0, promised: 0, electorates: first };
  const text = new TextDecoder().decode(bytes);
  // As it was before nodes could come and go.
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
  // Until a view has agreed on one the configuration counts, also one that was changed since.
  const started = known.committed.version > 0 ? known : { ...known, committed: first.committed };
  return { incarnation, promised, electorates: started };
}

/** What goes to disk. */
export function writeSaved({ incarnation, promised, electorates }: Saved): Uint8Array {
  const json = JSON.stringify({ incarnation, promised, electorates });
  return new TextEncoder().encode(`${json}\n${sha256(json)}\n`);
}
