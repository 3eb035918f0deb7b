/**
 * Where the original decides wrongly, and we do not follow it: each with its reason.
 *
 * @module
 */
import type { XmlElement } from "../../../metadata/xml/mod.ts";

/** A bug of the original, and how to recognize a difference that comes from it. */
interface Bug {
  readonly name: string;
  readonly reason: string;
  readonly isIt: (
    cib: XmlElement,
    missing: readonly string[],
    added: readonly string[],
  ) => boolean;
}

const bugs: readonly Bug[] = [
  {
    name: "migration into a guest that starts",
    reason: "migrate_from waits for the start of a remote node, but not for that of a guest: " +
      "it would be asked of a guest that is not there yet",
    isIt: (_, missing, added) =>
      added.some((line) => /^migrate_from .* <- .*start /.test(line)) &&
      [...missing, ...added].every((line) => line.startsWith("migrate_from ")),
  },
];

/** The name of the bug of the original that explains a difference, if one does. */
export function knownBug(
  cib: XmlElement,
  missing: readonly string[],
  added: readonly string[],
): string | undefined {
  return bugs.find(({ isIt }) => isIt(cib, missing, added))?.name;
}
