/**
 * What one user may see and change in one document.
 *
 * Rules name elements. An element is as the nearest rule says: one about itself, else one about the
 * nearest element around it. Of several rules about the same element, `deny` wins; `write` gives
 * `read` too. Without any rule it is denied. That is how Pacemaker reads them.
 *
 * A rule that is not understood gives nothing, and one that denies then denies everything.
 *
 * @module
 */
import type { XmlElement, XmlNode } from "@std/xml";
import { messageOf } from "../../../metadata/message_of.ts";
import type { User } from "../../runtime/user.ts";
import { type Place, type PlacedDocument, placesOf } from "./placed.ts";
import { isLimited, type Rule, rulesOf } from "./rules.ts";
import { select, Visits } from "./select.ts";

/** Rules about one element, the first of each kind. */
interface Marks {
  deny?: Rule;
  write?: Rule;
  read?: Rule;
}

/** What may be done with an element, and by which rule. */
export interface Verdict {
  readonly allowed: boolean;
  /** Absent: no rule is about it. */
  readonly rule?: Rule | undefined;
  /** The element that the rule names: this one, or one around it. */
  readonly at?: Place;
}

/** See the head of the file. */
export class Access {
  readonly placed: PlacedDocument;
  readonly rules: readonly Rule[];
  readonly #marks = new Map<Place, Marks>();
  /** Elements with a rule about something in them. */
  readonly #above = new Set<Place>();

  /** @param rules of a user, which may be from an earlier document. */
  constructor(root: XmlElement, rules: readonly Rule[]) {
    this.placed = placesOf(root);
    const visits = new Visits();
    this.rules = rules.map((rule) => this.#apply(rule, visits));
  }

  /** @returns the rule, with what is wrong about it in this document. */
  #apply(rule: Rule, visits: Visits): Rule {
    let applied = rule;
    let found: ReadonlySet<Place> = new Set();
    try {
      if (rule.path !== undefined) found = select(rule.path, this.placed, visits);
    } catch (error) {
      applied = { ...rule, wrong: messageOf(error) };
    }
    const { wrong, kind } = applied;
    // What it denies is not known: it may be anything.
    if (wrong !== undefined) found = kind === "deny" ? new Set(this.placed.all) : new Set();
    for (const place of found) {
      const marks = this.#marks.get(place) ?? {};
      marks[kind] ??= applied;
      this.#marks.set(place, marks);
      for (let at = place.parent; at !== undefined && !this.#above.has(at); at = at.parent) {
        this.#above.add(at);
      }
    }
    return applied;
  }

  mayRead(place: Place): Verdict {
    return this.#nearest(place, ({ deny, write, read }) => deny ?? read ?? write);
  }

  mayWrite(place: Place): Verdict {
    // Who may read an element may write it if the element around it may be written.
    return this.#nearest(place, ({ deny, write }) => deny ?? write);
  }

  #nearest(place: Place, about: (marks: Marks) => Rule | undefined): Verdict {
    for (let at: Place | undefined = place; at !== undefined; at = at.parent) {
      const marks = this.#marks.get(at);
      const rule = marks && about(marks);
      if (rule !== undefined) return { allowed: rule.kind !== "deny", rule, at };
    }
    return { allowed: false };
  }

  /**
   * What may be read, sharing with the document all that is the same; undefined: nothing. Of an element
   * that may not be read, around one that may, tag and id are left.
   */
  visible(): XmlElement | undefined {
    return this.#filtered(this.placed.root, false);
  }

  #filtered(place: Place, around: boolean): XmlElement | undefined {
    const { element } = place;
    if (element === undefined) return undefined;
    const marks = this.#marks.get(place);
    const may = marks === undefined
      ? around
      : marks.deny !== undefined
      ? false
      : marks.read !== undefined || marks.write !== undefined || around;
    if (!this.#above.has(place)) return may ? element : undefined;
    let next = 0;
    const children: XmlNode[] = [];
    for (const child of element.children) {
      const kept = child.type === "element"
        ? this.#filtered(place.children[next++]!, may)
        : may
        ? child
        : undefined;
      if (kept !== undefined) children.push(kept);
    }
    if (may) {
      const same = children.length === element.children.length &&
        children.every((child, at) => child === element.children[at]);
      return same ? element : { ...element, children };
    }
    if (children.length === 0) return undefined;
    const { id } = element.attributes;
    const attributes: Record<string, string> = Object.create(null);
    if (id !== undefined) attributes.id = id;
    return { ...element, attributes, children };
  }
}

/** Users whose access to one document is remembered at most. */
const usersMax = 16;
const known = new WeakMap<XmlElement, Map<string, Access>>();

/** The access of a user to a document, by the document's own rules. */
export function accessOf(root: XmlElement, user: User): Access {
  const of = known.get(root) ?? new Map<string, Access>();
  known.set(root, of);
  const key = JSON.stringify([user.name, ...user.groups]);
  const found = of.get(key);
  if (found !== undefined) return found;
  if (of.size >= usersMax) of.clear();
  const made = new Access(root, rulesOf(root, user));
  of.set(key, made);
  return made;
}

/** What a user may read of a document; undefined: nothing. Without a user: all of it. */
export const visibleTo = (root: XmlElement, user: User | undefined): XmlElement | undefined =>
  user !== undefined && isLimited(root, user) ? accessOf(root, user).visible() : root;
