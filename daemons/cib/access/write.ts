/**
 * A write of a user whom rules limit: what of it is left, or why it is refused, without a word about
 * what the user may not see.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { codeIn, withCode } from "../../../metadata/code.ts";
import type { CibChange } from "../../runtime/messages.ts";
import type { User } from "../../runtime/user.ts";
import { applyChanges, follow } from "../change.ts";
import { elementAt, parsePath } from "../path.ts";
import { versionOf } from "../version.ts";
import type { Work } from "../work.ts";
import { Access, accessOf } from "./access.ts";
import { judge, refusedText } from "./judge.ts";
import { shownBy, shownTo, withPlaces } from "./shown.ts";

/** A document before and after a change. */
export interface Trees {
  readonly before: XmlElement;
  readonly after: XmlElement;
}

/** What a user may write. */
export type Allowed =
  | {
    readonly changes: readonly CibChange[];
    readonly trees: Trees;
    /** As the user sees them. */
    readonly seen: Trees;
  }
  | { readonly error: string };

/** Looks at a write of a user on top of a document. */
export function allowed(
  before: XmlElement,
  changes: readonly CibChange[],
  user: User,
  work: Work,
): Allowed {
  const kept = known(withPlaces(shownTo(before, user).root, before), changes);
  if ("error" in kept) return kept;
  const applied = applyChanges(before, kept.changes, work);
  if (!applied.ok) return { error: hidden };
  const refused = judge(before, applied.root, user);
  if (refused.length > 0) return { error: refusedText(user, refused) };
  const old = accessOf(before, user);
  return {
    changes: kept.changes,
    trees: { before, after: applied.root },
    seen: {
      before: shownBy(old).root,
      after: shownBy(new Access(applied.root, old.rules)).root,
    },
  };
}

/**
 * The changes that concern what a user sees. Something else is not there, so its deletion is nothing,
 * and anything else an error.
 */
function known(
  seen: XmlElement,
  changes: readonly CibChange[],
): { readonly changes: readonly CibChange[] } | { readonly error: string } {
  const kept: CibChange[] = [];
  const version = versionOf(seen);
  let now = seen;
  for (const change of changes) {
    const followed = follow(now, [change], version);
    if (!followed.ok) return { error: followed.error };
    if (change.op === "delete" && elementAt(now, change.path) === undefined) continue;
    now = followed.root;
    kept.push(change);
  }
  return { changes: kept };
}

/** Why a write is refused, where the reason would show what the user may not see. */
export const hidden = withCode(
  "HA3023",
  "The CIB is not changed: the change conflicts with something that you may not see. " +
    "Fix: ask an administrator to make it",
);

/** Codes of refusals that quote nothing of the CIB. */
const open: ReadonlySet<string> = new Set(["HA3010", "HA3011", "HA3012", "HA3022", "HA6001"]);

/** What the coordinator says, as a user may hear it. */
export const heardBy = (error: string): string => open.has(codeIn(error) ?? "") ? error : hidden;

/** Findings about the whole document that the part which the user sees has too. */
export const alsoSeen = (all: readonly string[], seen: readonly string[]): readonly string[] =>
  all.filter((text) => seen.includes(text));

/** The same changes under the user's own name: the kernel knows it. */
export function signed(changes: readonly CibChange[], { name }: User): readonly CibChange[] {
  return changes.map((change) =>
    change.op === "modify" && change.set?.["update-user"] !== undefined && isRoot(change.path)
      ? { ...change, set: { ...change.set, "update-user": name } }
      : change
  );
}

function isRoot(path: string): boolean {
  try {
    return parsePath(path).length === 1;
  } catch {
    return false;
  }
}
