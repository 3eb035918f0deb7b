/**
 * The start: what an earlier life left on disk is taken up, or kept aside if it is damaged.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import { entryOf, readJournal } from "./journal.ts";
import { type CibState, log } from "./state.ts";

/** Takes up what an earlier life left on disk. */
export function load(state: CibState, saved: ReadonlyMap<string, Uint8Array>, out: Effect[]): void {
  const found = readJournal(saved);
  switch (found.type) {
    case "empty":
      return;
    case "copy":
      // Not shown before a quorate view has made it its own: the last entry may be known to nobody.
      state.prepared.push({ entry: entryOf(found.copy), copy: found.copy });
      state.documentIndex = found.documentIndex;
      return;
    case "corrupt": {
      state.corrupt = found.index === undefined ? {} : { index: found.index };
      state.damaged = [...found.keys.keys()];
      for (const [key, why] of found.keys) {
        const value = saved.get(key);
        const aside = value && asideKey(saved, key);
        log(
          out,
          "err",
          withCode(
            "HA3014",
            `The CIB on this disk is damaged: "${key}" in the folder "cib" of this node's state ` +
              `cannot be used, ${why}. ` +
              (aside === undefined ? "" : `It is kept as "${aside}". `) +
              `It is not loaded; the other members send this node their copy. Fix: if none of them ` +
              `can, put a backup of that folder in its place, or remove the folder "cib" on every ` +
              `node to start without data`,
          ),
        );
        if (value && aside) out.push({ type: "save", key: aside, value });
      }
      return;
    }
  }
}

/** A name under which a damaged file is kept; none if it is kept already or nine others are. */
function asideKey(saved: ReadonlyMap<string, Uint8Array>, key: string): string | undefined {
  const value = saved.get(key);
  for (let number = 1; number <= 9; number++) {
    const name = `${key}.corrupt-${number}`;
    const old = saved.get(name);
    if (old === undefined) return name;
    if (value !== undefined && isEqual(old, value)) return undefined;
  }
  return undefined;
}

const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
