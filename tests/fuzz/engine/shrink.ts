/**
 * Makes a CIB smaller for as long as something stays true of it.
 *
 * Elements are taken out with all that refers to them, large parts first; then collections give way
 * to what they hold, and attributes go. Many candidates are asked about at once.
 *
 * @module
 */
import { stringify } from "@std/xml";
import { parse } from "../../../metadata/xml/mod.ts";
import {
  type EditableCib,
  editableCib,
  type EditableElement,
} from "../../../daemons/pengine/simulate/cib_edit.ts";

/** Which of these CIBs are still of interest. */
export type Ask = (cibs: readonly string[]) => Promise<readonly boolean[]>;

/** One way to make a tree smaller; false if there is nothing to do any more. */
type Reduction = (root: EditableElement) => boolean;

/** Candidates in one question. */
const batchMax = 16;
/** Rounds over all reductions; each goes on only where the one before helped. */
const roundsMax = 8;

const sections = new Set([
  ...["cib", "configuration", "status", "crm_config", "nodes", "resources", "constraints"],
  ...["lrm_resources", "lrm"],
]);
/** Attributes that an element cannot do without. */
const needed = new Set([
  ...["id", "name", "value", "uname", "class", "provider", "type", "validate-with", "interval"],
  ...["crm_feature_set", "dc-uuid", "execution-date", "image", "score", "kind"],
]);
/** A history without its key or its result is one that no node writes. */
const neededOf: ReadonlyMap<string, (name: string) => boolean> = new Map([
  ["lrm_rsc_op", (name) => !/^(op-digest|last-rc-change|on_node)$/.test(name)],
  ["node_state", (name) => name !== "node_fenced"],
  ["lrm_resource", (name) => name !== "shutdown-lock"],
]);

/** The smallest CIB found. */
export async function shrunk(cib: string, ask: Ask): Promise<string> {
  let best = cib;
  for (let round = 0; round < roundsMax; round++) {
    const before = best;
    best = await withoutElements(best, ask);
    best = await firstOf(best, hoists(best), ask);
    best = await firstOf(best, withoutAttributes(best), ask);
    if (best === before) break;
  }
  return stringify(treeOf(best).root, { indent: "  " });
}

/** Halves, quarters, ... down to single elements. */
async function withoutElements(cib: string, ask: Ask): Promise<string> {
  let best = cib;
  for (let size = Math.ceil(paths(best).length / 2); size >= 1; size = Math.floor(size / 2)) {
    const all = paths(best);
    const chunks = Array.from(
      { length: Math.ceil(all.length / size) },
      (_, n) => all.slice(n * size, (n + 1) * size),
    );
    const reductions = chunks.map((chunk): Reduction => (root) => {
      const elements = chunk.flatMap((path) => at(root, path) ?? []);
      for (const element of elements) removeWithReferences(root, element);
      return elements.length > 0;
    });
    best = await firstOf(best, reductions, ask);
  }
  return best;
}

/**
 * Applies what helps. Those of a batch that help alone are tried together first; if that does not
 * do, the first one counts, and the others are tried on what it leaves. The end of the document
 * comes first, so that what is taken out does not move what is still to be tried.
 */
async function firstOf(
  cib: string,
  reductions: readonly Reduction[],
  ask: Ask,
): Promise<string> {
  let best = cib;
  const backwards = reductions.toReversed();
  for (let from = 0; from < backwards.length; from += batchMax) {
    let batch = backwards.slice(from, from + batchMax);
    while (batch.length > 0) {
      const made = batch.map((reduction) => applied(best, [reduction]));
      const candidates = made.flatMap((text) => text ?? []);
      if (candidates.length === 0) break;
      const answers = await ask(candidates);
      let next = 0;
      const helping = batch.filter((_, n) => made[n] !== undefined && answers[next++] === true);
      const [first] = helping;
      if (first === undefined) break;
      const all = helping.length > 1 ? applied(best, helping) : undefined;
      if (all !== undefined && (await ask([all]))[0] === true) {
        best = all;
        break;
      }
      best = applied(best, [first]) ?? best;
      batch = helping.slice(1);
    }
  }
  return best;
}

function applied(cib: string, reductions: readonly Reduction[]): string | undefined {
  const { root } = treeOf(cib);
  let changed = false;
  for (const reduction of reductions) changed = reduction(root) || changed;
  return changed ? stringify(root) : undefined;
}

function treeOf(cib: string): EditableCib {
  return editableCib(parse(cib, { ignoreWhitespace: true, ignoreComments: true }).root);
}

/** Positions of all elements that may go, those that hold most first of their depth. */
function paths(cib: string): readonly string[] {
  const found: string[] = [];
  const walk = (element: EditableElement, path: string): void => {
    for (const [n, item] of element.children.entries()) {
      if (item.type !== "element") continue;
      const own = `${path}/${n}`;
      if (!sections.has(item.name.local)) found.push(own);
      walk(item, own);
    }
  };
  walk(treeOf(cib).root, "");
  return found;
}

function at(root: EditableElement, path: string): EditableElement | undefined {
  let found: EditableElement = root;
  for (const part of path.split("/").slice(1)) {
    const next = found.children[Number(part)];
    if (next?.type !== "element") return undefined;
    found = next;
  }
  return found;
}

function removeWithReferences(root: EditableElement, element: EditableElement): void {
  const ids = new Set<string>();
  for (const one of [element, ...inside(element)]) {
    if (one.attributes.id !== undefined) ids.add(one.attributes.id);
  }
  takeOut(root, element);
  const isResource = /^(primitive|group|clone|bundle|template)$/.test(element.name.local);
  if (isResource) forget(root, ids);
}

function inside(element: EditableElement): readonly EditableElement[] {
  return element.children.flatMap((item) => item.type === "element" ? [item, ...inside(item)] : []);
}

function takeOut(parent: EditableElement, element: EditableElement): boolean {
  const n = parent.children.indexOf(element);
  if (n >= 0) parent.children.splice(n, 1);
  return n >= 0 ||
    parent.children.some((item) => item.type === "element" && takeOut(item, element));
}

/** Takes out what refers to these ids, histories too, and sets that this leaves empty. */
function forget(from: EditableElement, ids: ReadonlySet<string>): void {
  const kept = from.children.filter((item) => {
    if (item.type !== "element") return true;
    const { rsc, first, then, id = "", template, devices } = item.attributes;
    const named = [rsc, first, then, template, item.attributes["with-rsc"], devices];
    if (named.some((ref) => ref !== undefined && ids.has(ref))) return false;
    const isReference = /^(resource_ref|obj_ref|lrm_resource)$/.test(item.name.local);
    if (isReference && ids.has(id.replace(/:\d+$/, ""))) return false;
    const before = item.children.length;
    forget(item, ids);
    return before === 0 || item.children.length > 0 || sections.has(item.name.local) ||
      item.name.local === "node_state";
  });
  from.children.splice(0, from.children.length, ...kept);
}

/** A group, clone or bundle gives way to the first resource it holds; a reference follows. */
function hoists(cib: string): readonly Reduction[] {
  return paths(cib).map((path): Reduction => (root) => {
    const element = at(root, path);
    if (element === undefined || !/^(group|clone|bundle)$/.test(element.name.local)) return false;
    const inner = element.children.find((item): item is EditableElement =>
      item.type === "element" && /^(primitive|group)$/.test(item.name.local)
    );
    const { id } = element.attributes;
    const parent = [root, ...inside(root)].find(({ children }) => children.includes(element));
    if (inner === undefined || parent === undefined) return false;
    parent.children.splice(parent.children.indexOf(element), 1, inner);
    for (const one of inside(root)) {
      for (const name of ["rsc", "with-rsc", "first", "then"]) {
        if (one.attributes[name] === id) one.attributes[name] = inner.attributes.id ?? "";
      }
      if (one.name.local === "resource_ref" && one.attributes.id === id) {
        one.attributes.id = inner.attributes.id ?? "";
      }
    }
    return true;
  });
}

function withoutAttributes(cib: string): readonly Reduction[] {
  const { root } = treeOf(cib);
  return paths(cib).flatMap((path) => {
    const element = at(root, path);
    const keeps = neededOf.get(element?.name.local ?? "") ?? (() => false);
    return Object.keys(element?.attributes ?? {})
      .filter((name) => !needed.has(name) && !keeps(name))
      .map((name): Reduction => (changed) => {
        const element = at(changed, path);
        if (element?.attributes[name] === undefined) return false;
        delete element.attributes[name];
        return true;
      });
  });
}
