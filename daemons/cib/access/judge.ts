/**
 * Whether a user may make one document out of another.
 *
 * What differs is judged, whatever changes have made it: an attribute needs the right to write its
 * element, before and after; an element that goes needs it for itself and all that is in it; one that
 * comes needs it at its place. An element with nothing but an `id` comes along with one in it that may
 * come, but not among the rules themselves.
 *
 * @module
 */
import type { XmlElement, XmlNode } from "@std/xml";
import { clip } from "../../../metadata/clip.ts";
import { withCode } from "../../../metadata/code.ts";
import type { User } from "../../runtime/user.ts";
import { digestOf } from "../digest.ts";
import { Access, accessOf, type Verdict } from "./access.ts";
import { pathOf, type Place } from "./placed.ts";
import { isLimited, type Rule } from "./rules.ts";

/** Something that a user may not do. */
export interface Refused {
  readonly what: "change" | "create" | "delete";
  /** Of the element; absent: the user may not know of it. */
  readonly path?: string;
  /** Absent: no rule is about it. */
  readonly rule?: Rule;
}

/** Refusals of one write that are listed at most. */
const refusedMax = 20;

/** Attributes of the root that say who changed it when, and count changes. */
const counted: ReadonlySet<string> = new Set([
  "epoch",
  "num_updates",
  "cib-last-written",
  "update-client",
  "update-origin",
  "update-user",
]);

/** What of it a user may not do; empty: nothing. */
export function judge(
  before: XmlElement,
  after: XmlElement,
  user: User | undefined,
): readonly Refused[] {
  if (before === after || user === undefined || !isLimited(before, user)) return [];
  const old = accessOf(before, user);
  // A write does not give itself the right to be made.
  const judging = new Judging(old, new Access(after, old.rules));
  judging.changed(old.placed.root, judging.after.placed.root);
  if (judging.changes === 0 && judging.refused.length === 0) judging.onlySigned();
  return judging.refused;
}

/** Why a write is refused, a line for each element. */
export function refusedText({ name }: User, refused: readonly Refused[]): string {
  const lines = refused.map(({ what, path, rule }) =>
    path === undefined
      ? `  ${what} of something that ${name} may not see`
      : `  ${what} of ${clip(path, 200)}: ${
        rule === undefined
          ? "no rule allows it"
          : rule.wrong === undefined
          ? `rule "${rule.id}" of role "${rule.role}" denies it (${clip(rule.about, 200)})`
          : `rule "${rule.id}" of role "${rule.role}" is not understood: ${clip(rule.wrong, 300)}`
      }`
  );
  return withCode(
    "HA3022",
    `The CIB is not changed: ${name} may not write all of it.\n${lines.join("\n")}\n` +
      "Fix: ask an administrator for a rule (ha acl permit), or use one's account",
  );
}

class Judging {
  readonly refused: Refused[] = [];
  /** What was allowed. */
  changes = 0;
  readonly before: Access;
  readonly after: Access;

  constructor(before: Access, after: Access) {
    this.before = before;
    this.after = after;
  }

  changed(old: Place, now: Place): void {
    const { element: was } = old;
    const { element: is } = now;
    if (was === undefined || is === undefined || digestOf(was) === digestOf(is)) return;
    const isMoved = this.#children(old, now);
    if (isMoved || attributesDiffer(was, is) || textsDiffer(was, is)) {
      this.#need("change", this.before.mayWrite(old), old, this.before);
      this.#need("change", this.after.mayWrite(now), now, this.after);
    }
  }

  /** A write that only says who makes it is one to the root. */
  onlySigned(): void {
    const { root } = this.before.placed;
    this.#need("change", this.before.mayWrite(root), root, this.before);
  }

  /** @returns whether children that stay have changed their order. */
  #children(old: Place, now: Place): boolean {
    const left = new Map<string, Place[]>();
    for (const child of old.children) {
      const key = keyOf(child);
      const same = left.get(key);
      if (same === undefined) left.set(key, [child]);
      else same.push(child);
    }
    const order = new Map(old.children.map((child, at) => [child, at]));
    let last = -1;
    let moved = false;
    for (const child of now.children) {
      const was = left.get(keyOf(child))?.shift();
      if (was === undefined) {
        this.#created(child);
        continue;
      }
      const at = order.get(was) ?? 0;
      moved ||= at < last;
      last = at;
      this.changed(was, child);
    }
    for (const gone of left.values()) for (const child of gone) this.#deleted(child);
    return moved;
  }

  /** @returns whether a rule allows something in it. */
  #created(place: Place): boolean {
    const within = place.children.map((child) => this.#created(child)).includes(true);
    if (within && isScaffold(place)) return true;
    const verdict = this.after.mayWrite(place);
    this.#need("create", verdict, place, this.after);
    return verdict.allowed;
  }

  #deleted(place: Place): void {
    this.#need("delete", this.before.mayWrite(place), place, this.before);
    for (const child of place.children) this.#deleted(child);
  }

  #need(what: Refused["what"], { allowed, rule }: Verdict, place: Place, by: Access): void {
    if (allowed) {
      this.changes++;
      return;
    }
    if (this.refused.length >= refusedMax) return;
    // What is created was named by who creates it.
    const isKnown = what === "create" || isShown(place, by);
    this.refused.push({
      what,
      ...(isKnown ? { path: pathOf(place) } : {}),
      ...(rule === undefined || !isKnown ? {} : { rule }),
    });
  }
}

/** Whether a user sees that there is such an element. */
function isShown(place: Place, access: Access): boolean {
  return access.mayRead(place).allowed || place.children.some((child) => isShown(child, access));
}

const keyOf = ({ element }: Place): string =>
  element === undefined ? "" : `${element.name.raw} ${element.attributes.id ?? ""}`;

/** Only an id, and outside of the rules themselves. */
function isScaffold(place: Place): boolean {
  if (Object.keys(place.element?.attributes ?? {}).some((name) => name !== "id")) return false;
  if (place.element?.children.some(({ type }) => type !== "element")) return false;
  for (let at: Place | undefined = place; at !== undefined; at = at.parent) {
    if (at.element?.name.raw === "acls") return false;
  }
  return true;
}

function attributesDiffer(was: XmlElement, is: XmlElement): boolean {
  const isRoot = was.name.raw === "cib" && is.name.raw === "cib";
  const names = new Set([...Object.keys(was.attributes), ...Object.keys(is.attributes)]);
  for (const name of names) {
    if (was.attributes[name] === is.attributes[name]) continue;
    if (isRoot && counted.has(name) && !isJump(name, was, is)) continue;
    return true;
  }
  return false;
}

/** Whether an epoch is raised by more than one change raises it. */
const isJump = (name: string, was: XmlElement, is: XmlElement): boolean =>
  name === "epoch" && Number(is.attributes.epoch ?? 0) > Number(was.attributes.epoch ?? 0) + 1;

function textsDiffer(was: XmlElement, is: XmlElement): boolean {
  const texts = (of: readonly XmlNode[]) =>
    of.flatMap((one) => one.type === "element" ? [] : [`${one.type} ${one.text}`]).join("\n");
  return texts(was.children) !== texts(is.children);
}
