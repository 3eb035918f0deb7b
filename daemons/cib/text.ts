/**
 * The text of a CIB, written again and again after small changes.
 *
 * Trees share what has not changed, so each element's text is remembered with it, and after a change
 * only the way from the change to the root is written again. The text is that of `stringify`.
 *
 * @module
 */
import { stringify, type XmlElement } from "@std/xml";

const known = new WeakMap<XmlElement, string>();

/** An element as XML, without white space between elements. */
export function textOf(element: XmlElement): string {
  const found = known.get(element);
  if (found !== undefined) return found;
  const { name: { raw }, children } = element;
  if (children.length === 0 || children.some(({ type }) => type !== "element")) {
    return stringify(element);
  }
  // Ends with "/>", as it has no children.
  const open = stringify({ ...element, children: [] });
  let text = `${open.slice(0, -2)}>`;
  for (const child of children) if (child.type === "element") text += textOf(child);
  text += `</${raw}>`;
  known.set(element, text);
  return text;
}
