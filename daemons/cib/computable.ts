/**
 * A write that would ask more of the policy engine than it can compute is refused: acknowledged, it
 * would stop every later decision.
 *
 * @module
 */
import type { XmlElement } from "../../metadata/xml/mod.ts";
import { excessesOf } from "../pengine/doors/language.ts";
import { childIndex } from "./path.ts";

/**
 * Why a change is refused; undefined: it is not. What was beyond a bound before may stay, so that it
 * can be put right step by step.
 */
export function uncomputable(before: XmlElement, after: XmlElement): string | undefined {
  if (configurationOf(before) === configurationOf(after)) return undefined;
  const excesses = excessesOf(after);
  if (excesses.length === 0) return undefined;
  const known = new Set(excessesOf(before).map(({ key }) => key));
  const fresh = excesses.filter(({ key }) => !known.has(key));
  return fresh.length === 0
    ? undefined
    : `The CIB is not changed: ${fresh.map(({ text }) => text).join(" ")}`;
}

/** Trees share what is the same, so the very same element is the same configuration. */
const configurationOf = (root: XmlElement) =>
  root.children[childIndex(root, { tag: "configuration" })];
