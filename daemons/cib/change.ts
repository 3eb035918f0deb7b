/**
 * Applies typed changes to the CIB: the same tree and the same changes give the same tree anywhere.
 *
 * Trees are never changed in place: the new one shares with the old one all that is the same. A
 * change that changes nothing gives back the very same tree.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { ownTree } from "../../metadata/own_text.ts";
import { remembered } from "../../metadata/remembered.ts";
import { parse, type XmlElement, type XmlNode } from "@std/xml";
import { unprintableAttribute, unprintableOf } from "../../metadata/xml/unprintable.ts";
import type { CibChange, CibVersion } from "../runtime/messages.ts";
import { digestOf } from "./digest.ts";
import { Work } from "./work.ts";
import { childIndex, matches, parsePath, type PathStep } from "./path.ts";
import { compareVersions, formatVersion, versionOf, withVersion } from "./version.ts";

/** What came of it. `root` is the very same object if nothing changed. */
export type Applied =
  | { readonly ok: true; readonly root: XmlElement }
  | { readonly ok: false; readonly error: string };

/** Attributes of the root that tell of the cluster's state and are no configuration. */
const statusAttributes: ReadonlySet<string> = new Set([
  "have-quorum",
  "dc-uuid",
  "cib-last-written",
  "update-origin",
  "update-client",
  "update-user",
  "execution-date",
]);

/** Texts that are remembered at most, and characters of all of them at most. */
const textsMax = 128;
const textsCharactersMax = 8 * 1024 * 1024;

/**
 * Reads a CIB or a part of one; white space between elements is left out.
 *
 * The cib and each follower in a process read the same changes: the last texts are remembered.
 *
 * @throws {XmlSyntaxError} if it is not XML.
 */
export const readCib: (xml: string) => XmlElement = remembered(
  // Trees are never changed in place, so readers of the same text may share a tree.
  // A part of it may outlive the rest: it must not keep the whole text in memory.
  (xml) => ownTree(parse(xml, { ignoreWhitespace: true }).root),
  { entriesMax: textsMax, charactersMax: textsCharactersMax },
);

/**
 * Applies changes that take effect together, and raises the version as they demand.
 *
 * @param work counts what it has cost, of refused changes too.
 */
export function applyChanges(
  root: XmlElement,
  changes: readonly CibChange[],
  work: Work = new Work(),
): Applied {
  let now = root;
  try {
    work.begin();
    for (const change of changes) {
      work.read(change);
      refuseUnprintable(change);
      now = applyOne(now, change, work);
    }
    checkShape(now);
    return { ok: true, root: now === root ? root : raised(root, now) };
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  }
}

/** Applies changes that the CIB has announced, and adopts the version announced with them. */
export function follow(
  root: XmlElement,
  changes: readonly CibChange[],
  version: CibVersion,
): Applied {
  let now = root;
  try {
    const unbounded = new Work(Infinity);
    for (const change of changes) now = applyOne(now, change, unbounded);
    return { ok: true, root: withVersion(now, version) };
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  }
}

/** The new tree with the version that follows from what changed. */
function raised(before: XmlElement, after: XmlElement): XmlElement {
  const old = versionOf(before);
  const wanted = versionOf(after);
  if (compareVersions({ ...wanted, numUpdates: 0 }, { ...old, numUpdates: 0 }) < 0) {
    throw new RangeError(
      withCode(
        "HA3010",
        `The version asked for, ${formatVersion(wanted)}, is older than the CIB's, ` +
          `${
            formatVersion(old)
          }: another write changed it meanwhile. Fix: read it again and repeat`,
      ),
    );
  }
  const version: CibVersion = changesConfiguration(before, after)
    ? { ...wanted, epoch: Math.max(wanted.epoch, old.epoch) + 1, numUpdates: 0 }
    : { ...old, numUpdates: old.numUpdates + 1 };
  return withVersion(after, version);
}

/** Whether anything differs beside the status section and what belongs to it. */
function changesConfiguration(before: XmlElement, after: XmlElement): boolean {
  const names = new Set([...Object.keys(before.attributes), ...Object.keys(after.attributes)]);
  for (const name of names) {
    if (name === "num_updates" || statusAttributes.has(name)) continue;
    if (before.attributes[name] !== after.attributes[name]) return true;
  }
  const kept = (root: XmlElement) =>
    root.children.filter((child) => !(child.type === "element" && child.name.raw === "status"));
  const old = kept(before);
  const now = kept(after);
  return old.length !== now.length || old.some((node, index) => !same(node, now[index]!));
}

const same = (a: XmlNode, b: XmlNode): boolean =>
  a === b ||
  (a.type === "element"
    ? b.type === "element" && digestOf(a) === digestOf(b)
    : a.type === b.type && a.text === b.text);

function applyOne(root: XmlElement, change: CibChange, work: Work): XmlElement {
  const steps = parsePath(change.path);
  if (!matches(root, steps[0]!)) throw missing(change.path, 0, steps);
  work.walk(root, steps);
  switch (change.op) {
    case "create": {
      const made = readCib(change.xml);
      return edit(root, steps, 1, change.path, (parent) => created(parent, made, change.position));
    }
    case "modify":
      return edit(root, steps, 1, change.path, (element) => {
        work.modify(element, change);
        return modified(element, change);
      });
    case "delete": {
      if (steps.length === 1) throw new TypeError("The root of the CIB cannot be deleted");
      return edit(root, steps.slice(0, -1), 1, undefined, (parent) => {
        const index = childIndex(parent, steps.at(-1)!);
        return index < 0
          ? parent
          : { ...parent, children: parent.children.filter((_, at) => at !== index) };
      });
    }
    case "replace": {
      const made = readCib(change.xml);
      return edit(
        root,
        steps,
        1,
        change.path,
        (old) => digestOf(old) === digestOf(made) ? old : made,
      );
    }
  }
}

/** Every id and name of a CIB can be shown to a person as it is. */
function refuseUnprintable(change: CibChange): void {
  const wrong = change.op === "modify"
    ? unprintableOf(change.set ?? {})
    : change.op === "delete"
    ? undefined
    : unprintableAttribute(readCib(change.xml));
  if (wrong !== undefined) throw new TypeError(`Cannot write to the CIB: ${wrong}`);
}

/** Follows the steps and puts what `by` gives in the place of the element it finds. */
function edit(
  element: XmlElement,
  steps: readonly PathStep[],
  depth: number,
  /** Absent: it does not matter if there is none. */
  path: string | undefined,
  by: (element: XmlElement) => XmlElement,
): XmlElement {
  const step = steps[depth];
  if (step === undefined) return by(element);
  const index = childIndex(element, step);
  const child = element.children[index];
  if (child?.type !== "element") {
    if (path === undefined) return element;
    throw missing(path, depth, steps);
  }
  const now = edit(child, steps, depth + 1, path, by);
  return now === child ? element : { ...element, children: element.children.with(index, now) };
}

function created(
  parent: XmlElement,
  made: XmlElement,
  position: number | undefined,
): XmlElement {
  const { id } = made.attributes;
  const index = parent.children.findIndex((child) =>
    child.type === "element" && child.name.raw === made.name.raw && child.attributes.id === id
  );
  const old = parent.children[index];
  if (old?.type === "element" && position === undefined) {
    return digestOf(old) === digestOf(made)
      ? parent
      : { ...parent, children: parent.children.with(index, made) };
  }
  const others = index < 0 ? parent.children : parent.children.toSpliced(index, 1);
  return { ...parent, children: others.toSpliced(position ?? others.length, 0, made) };
}

function modified(
  element: XmlElement,
  change: Extract<CibChange, { readonly op: "modify" }>,
): XmlElement {
  const attributes: Record<string, string> = Object.assign(
    Object.create(null) as Record<string, string>,
    element.attributes,
  );
  let changed = false;
  for (const [name, value] of Object.entries(change.set ?? {})) {
    if (!/^[A-Za-z_:][\w:.-]*$/.test(name)) {
      throw new TypeError(`"${name}" cannot be the name of an attribute`);
    }
    changed ||= attributes[name] !== value;
    attributes[name] = value;
  }
  for (const name of change.unset ?? []) {
    changed ||= attributes[name] !== undefined;
    delete attributes[name];
  }
  return changed ? { ...element, attributes } : element;
}

/** What every CIB must have, or nobody could work with it any more. */
function checkShape(root: XmlElement): void {
  if (root.name.raw !== "cib") {
    throw new TypeError(`The root of a CIB is "cib", not "${root.name.raw}"`);
  }
  for (const tag of ["configuration", "status"]) {
    if (childIndex(root, { tag }) < 0) {
      throw new TypeError(`A CIB has an element "${tag}" in its root; this one would have none`);
    }
  }
}

const missing = (path: string, depth: number, steps: readonly PathStep[]): Error => {
  const { tag, id } = steps[depth]!;
  return new ReferenceError(
    `"${path}" names nothing in the CIB: there is no ${tag}${id === undefined ? "" : ` "${id}"`}` +
      (depth === 0 ? " at its root" : ` in "${steps[depth - 1]!.tag}"`),
  );
};
