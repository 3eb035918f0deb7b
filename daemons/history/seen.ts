/**
 * The history as a user sees it whom the rules of the CIB limit: of each change what concerns elements
 * that the user may read, by the rules of now. Who made it, how and why is shown of the user's own
 * changes alone: a command names what it is about.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { Access, rulesOf, shownBy } from "../cib/doors/access.ts";
import { differenceOf, follow } from "../cib/doors/document.ts";
import type { PastChange } from "../runtime/messages.ts";
import type { User } from "../runtime/user.ts";
import type { Kept } from "./state.ts";

/** Changes that are taken back at most to find the document that one was made to. */
const backMax = 200;

/** The heads, the newest first. */
export const headsFor = (kept: readonly Kept[], { name }: User): readonly PastChange[] =>
  kept.map(({ change: { version, at, user, command, reason, left } }) => ({
    version,
    ...(at === undefined ? {} : { at }),
    ...(left === undefined ? {} : { left }),
    ...(user !== name ? {} : {
      user,
      ...(command === undefined ? {} : { command }),
      ...(reason === undefined ? {} : { reason }),
    }),
  })).reverse();

/** Changes of an epoch with what the user sees of them. `root` is the configuration of now. */
export function changesFor(
  kept: readonly Kept[],
  root: XmlElement,
  user: User,
  epoch: number,
): readonly PastChange[] {
  const rules = rulesOf(root, user);
  const seen = (document: XmlElement) => shownBy(new Access(document, rules)).root;
  const heads = headsFor(kept, user);
  const found: PastChange[] = [];
  let after: XmlElement | undefined = root;
  for (let back = 0; back < kept.length; back++) {
    const change = kept[kept.length - 1 - back]?.change;
    const head = heads[back];
    if (change === undefined || head === undefined) break;
    const { inverse, version } = change;
    const before: XmlElement | undefined = after === undefined || inverse === undefined ||
        back >= backMax
      ? undefined
      : documentBefore(after, change);
    if (version.epoch === epoch) {
      // What it was made to is not known any more: nothing of it can be shown safely.
      found.push(
        after === undefined || before === undefined ? head : {
          ...head,
          changes: differenceOf(seen(before), seen(after)),
          inverse: differenceOf(seen(after), seen(before)),
        },
      );
    }
    after = before;
  }
  return found;
}

function documentBefore(
  after: XmlElement,
  { inverse = [], version }: PastChange,
): XmlElement | undefined {
  const followed = follow(after, inverse, version);
  return followed.ok ? followed.root : undefined;
}
