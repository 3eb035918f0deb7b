/**
 * Paths into the CIB, as `CibChange` uses them: `/cib/status/node_state[@id='n1']`.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";

/** One step: a tag, and the id where several elements may have that tag. */
export interface PathStep {
  readonly tag: string;
  readonly id?: string;
}

/** Steps of one path at most. */
export const stepsMax = 64;

/**
 * Reads a path.
 *
 * @throws {SyntaxError} if it is none; the message quotes it.
 */
export function parsePath(path: string): readonly PathStep[] {
  const pattern = /\/([A-Za-z_][\w.-]*)(?:\[@id=(?:'([^']*)'|"([^"]*)")\])?/y;
  const steps: PathStep[] = [];
  while (pattern.lastIndex < path.length) {
    const at = pattern.lastIndex;
    const found = pattern.exec(path);
    if (found === null || steps.length >= stepsMax) {
      throw new SyntaxError(
        `"${path}" is not a path of the CIB: at character ${at + 1} a step like ` +
          `/tag or /tag[@id='name'] was expected`,
      );
    }
    const id = found[2] ?? found[3];
    steps.push(id === undefined ? { tag: found[1]! } : { tag: found[1]!, id });
  }
  if (steps.length === 0) throw new SyntaxError(`"${path}" is not a path of the CIB: it is empty`);
  return steps;
}

/** Whether an element is the one that a step names. */
export const matches = (element: XmlElement, step: PathStep): boolean =>
  element.name.raw === step.tag &&
  (step.id === undefined || element.attributes.id === step.id);

/** Index of the child that a step names, or -1. */
export function childIndex(element: XmlElement, step: PathStep): number {
  return element.children.findIndex((child) => child.type === "element" && matches(child, step));
}

/** The element at a path, or nothing. */
export function elementAt(root: XmlElement, path: string | readonly PathStep[]):
  | XmlElement
  | undefined {
  const steps = typeof path === "string" ? parsePath(path) : path;
  if (!matches(root, steps[0]!)) return undefined;
  let element = root;
  for (const step of steps.slice(1)) {
    const child = element.children[childIndex(element, step)];
    if (child?.type !== "element") return undefined;
    element = child;
  }
  return element;
}

/** A step as text, safe for any id that a CIB may hold: `/node_state[@id='n1']`. */
export const stepText = (tag: string, id: string): string =>
  id.includes("'") ? `/${tag}[@id="${id}"]` : `/${tag}[@id='${id}']`;
