/**
 * How large a CIB, a write and what waits may be: a document that no frame carries, or that no text
 * can hold, would end every process that is to send it or save it, and again after each restart.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { XmlElement } from "@std/xml";
import type { CibChange } from "../runtime/messages.ts";
import { textOf } from "./text.ts";

/**
 * Characters of the CIB as it is saved, with its indents, at most. A character takes three bytes at
 * most, so that a frame of 64 MiB holds it.
 */
export const documentCharactersMax = 20 * 1024 * 1024;
/** The same after the write of a client: the rest is for what the daemons write. */
export const clientDocumentCharactersMax = 16 * 1024 * 1024;
/** Elements of the CIB after the write of a client at most: a member that joins reads all of it. */
export const clientElementsMax = 200_000;
/** Characters of the writes of this node's clients that wait at once at most. */
export const pendingCharactersMax = 32 * 1024 * 1024;
/**
 * Maximum characters of an error that a client receives: it may quote what the client has written.
 */
export const errorCharactersMax = 4 * 1024;

/** What the saved form adds to the text of an element: lines, and how deep they are together. */
interface Lines {
  readonly count: number;
  readonly depths: number;
}

const known = new WeakMap<XmlElement, Lines>();

/** Characters of a document as it is saved, about; trees share what is the same, so it is quick. */
export function savedCharacters(root: XmlElement): number {
  const { count, depths } = linesOf(root);
  // Each element opens on a line of its own and may close on another, two spaces for each level.
  return textOf(root).length + 2 * count + 4 * depths;
}

/** Elements of a document. */
export const elementsOf = (root: XmlElement): number => linesOf(root).count;

function linesOf(element: XmlElement): Lines {
  const found = known.get(element);
  if (found !== undefined) return found;
  let count = 1;
  let depths = 0;
  for (const child of element.children) {
    if (child.type !== "element") continue;
    const lines = linesOf(child);
    count += lines.count;
    depths += lines.depths + lines.count;
  }
  const lines = { count, depths };
  known.set(element, lines);
  return lines;
}

/** Characters of what changes put into the CIB. */
export function charactersOf(changes: readonly CibChange[]): number {
  let characters = 0;
  for (const change of changes) {
    characters += change.path.length;
    if (change.op === "create" || change.op === "replace") characters += change.xml.length;
    else if (change.op === "modify") {
      for (const [name, value] of Object.entries(change.set ?? {})) {
        characters += name.length + value.length;
      }
      for (const name of change.unset ?? []) characters += name.length;
    }
  }
  return characters;
}

/** Whether changes only take something out: that is never refused for the size of the CIB. */
export const onlyTakesOut = (changes: readonly CibChange[]): boolean =>
  changes.every((change) =>
    change.op === "delete" ||
    (change.op === "modify" && Object.keys(change.set ?? {}).length === 0)
  );

/** Why a CIB is too large; undefined: it is not, or it has become smaller. */
export function oversized(before: XmlElement, after: XmlElement): string | undefined {
  const characters = savedCharacters(after);
  if (characters <= documentCharactersMax || characters <= savedCharacters(before)) {
    return undefined;
  }
  return tooLarge(characters, documentCharactersMax);
}

/** The same in words. */
export const tooLarge = (characters: number, charactersMax: number): string =>
  withCode(
    "HA3012",
    `The CIB is not changed: it would have ${characters} characters; limit ${charactersMax}. ` +
      "Fix: delete what is not needed, or write less",
  );

/** An error, cut where it is too long for a message. */
export const clipped = (error: string): string =>
  error.length <= errorCharactersMax ? error : `${error.slice(0, errorCharactersMax)}...`;
