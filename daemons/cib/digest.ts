/**
 * The canonical digest of a CIB: the same for the same content, whatever the order of attributes.
 *
 * Each element's digest covers those of its children and is remembered with the element, so that
 * after a change only the way from the change to the root is recomputed.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { sha256 } from "../runtime/sha256.ts";
import { childIndex } from "./path.ts";

const known = new WeakMap<XmlElement, string>();

/** SHA-256, in hexadecimal digits. */
export function digestOf(element: XmlElement): string {
  const found = known.get(element);
  if (found !== undefined) return found;
  const parts: string[] = [element.name.raw];
  for (const name of Object.keys(element.attributes).sort()) {
    parts.push(name, element.attributes[name]!);
  }
  parts.push("");
  for (const child of element.children) {
    parts.push(child.type === "element" ? digestOf(child) : `${child.type} ${child.text}`);
  }
  // Lengths in front, so that no two different elements give the same text.
  const text = parts.map((part) => `${part.length}:${part}`).join("");
  const digest = sha256(text);
  known.set(element, digest);
  return digest;
}

/** The digest of the configuration of a CIB: that of its status changes all the time. */
export function configurationDigest(root: XmlElement): string {
  const configuration = root.children[childIndex(root, { tag: "configuration" })];
  return configuration?.type === "element" ? digestOf(configuration) : "";
}
