/**
 * The changes that make one CIB out of another: as few and as small as its elements allow, so that
 * what others change meanwhile elsewhere is kept.
 *
 * @module
 */
import type { XmlElement, XmlNode } from "@std/xml";
import { stringify } from "@std/xml";
import type { CibChange } from "../runtime/messages.ts";
import { digestOf } from "./digest.ts";
import { stepText } from "./path.ts";

/** Attributes of the root that belong to the cluster. */
const ofTheCluster: ReadonlySet<string> = new Set([
  "epoch",
  "num_updates",
  "have-quorum",
  "dc-uuid",
  "cib-last-written",
  "update-origin",
  "update-client",
  "update-user",
  "execution-date",
]);

/** Changes from `before` to `after`, two whole documents. The status is compared too. */
export function differenceOf(before: XmlElement, after: XmlElement): readonly CibChange[] {
  const changes: CibChange[] = [];
  const kept = (of: XmlElement) =>
    Object.entries(of.attributes).filter(([name]) => !ofTheCluster.has(name));
  attributesChanged(
    Object.fromEntries(kept(before)),
    Object.fromEntries(kept(after)),
    "/cib",
    changes,
  );
  childrenChanged(before, after, "/cib", changes);
  return changes;
}

const same = (a: XmlNode, b: XmlNode): boolean =>
  a === b ||
  (a.type === "element"
    ? b.type === "element" && digestOf(a) === digestOf(b)
    : a.type === b.type && a.text === b.text);

const keyOf = ({ name, attributes: { id } }: XmlElement): string => `${name.raw} ${id ?? ""}`;

const stepOf = ({ name, attributes: { id } }: XmlElement): string =>
  id === undefined ? `/${name.raw}` : stepText(name.raw, id);

function attributesChanged(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  path: string,
  changes: CibChange[],
): void {
  const set = Object.fromEntries(
    Object.entries(after).filter(([name, value]) => before[name] !== value),
  );
  const unset = Object.keys(before).filter((name) => after[name] === undefined);
  if (Object.keys(set).length === 0 && unset.length === 0) return;
  changes.push({
    op: "modify",
    path,
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(unset.length === 0 ? {} : { unset }),
  });
}

function elementChanged(
  before: XmlElement,
  after: XmlElement,
  path: string,
  changes: CibChange[],
): void {
  if (same(before, after)) return;
  attributesChanged(before.attributes, after.attributes, path, changes);
  childrenChanged(before, after, path, changes);
}

function childrenChanged(
  before: XmlElement,
  after: XmlElement,
  path: string,
  changes: CibChange[],
): void {
  const old = before.children;
  const now = after.children;
  const elements = (of: readonly XmlNode[]) => of.filter((one) => one.type === "element");
  const keys = (of: readonly XmlNode[]) => elements(of).map(keyOf);
  if (old.length === now.length && old.every((one, at) => same(one, now[at]!))) return;
  // Where paths cannot tell children apart, or something stands between comments, the whole is replaced.
  const isOrdered = keys(old).join("\n") === keys(now).join("\n");
  if (!areDistinct(keys(old)) || !areDistinct(keys(now)) || !sameTexts(old, now, isOrdered)) {
    // The document itself cannot be replaced; its comments are not compared.
    if (path !== "/cib") {
      changes.push({ op: "replace", path, xml: stringify(after) });
      return;
    }
  }
  const oldByKey = new Map(elements(old).map((one) => [keyOf(one), one]));
  const nowKeys = new Set(keys(now));
  const left: string[] = [];
  for (const one of elements(old)) {
    if (nowKeys.has(keyOf(one))) left.push(keyOf(one));
    else changes.push({ op: "delete", path: path + stepOf(one) });
  }
  // What is left, in the order it has to have: what stands elsewhere is put there.
  for (const [at, one] of elements(now).entries()) {
    const key = keyOf(one);
    const was = oldByKey.get(key);
    if (was !== undefined && left[at] === key) {
      elementChanged(was, one, path + stepOf(one), changes);
      continue;
    }
    const from = left.indexOf(key);
    if (from >= 0) left.splice(from, 1);
    const isLast = at >= left.length;
    left.splice(at, 0, key);
    changes.push({
      op: "create",
      path,
      xml: stringify(one),
      ...(isLast && was === undefined ? {} : { position: at }),
    });
  }
}

const areDistinct = (keys: readonly string[]): boolean => new Set(keys).size === keys.length;

/** Texts and comments are the same, and stand between the same elements. */
function sameTexts(old: readonly XmlNode[], now: readonly XmlNode[], isOrdered: boolean): boolean {
  const texts = (of: readonly XmlNode[]) => of.filter(({ type }) => type !== "element");
  if (texts(old).length === 0 && texts(now).length === 0) return true;
  return isOrdered && old.length === now.length &&
    old.every((one, at) => {
      const other = now[at]!;
      return one.type === "element" ? other.type === "element" : same(one, other);
    });
}
