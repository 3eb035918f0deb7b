/**
 * Reads the CIB as the cib of this node writes it: elements with attributes, and comments. It is a
 * fraction of an XML reader, since a whole one would double the time that a call takes.
 *
 * @module
 */

/** An element. */
export interface Element {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
}

/** Elements within each other at most. */
const depthMax = 200;

const token =
  /<!--[^]*?-->|<\?[^]*?\?>|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/y;
const attribute = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * Reads a document.
 *
 * @throws {SyntaxError} if it is not what the cib writes.
 */
export function readXml(text: string): Element {
  const top: Element = { tag: "", attributes: new Map(), children: [] };
  const open: Element[] = [top];
  for (let at = 0; at < text.length;) {
    const next = text.indexOf("<", at);
    if (next < 0) break;
    token.lastIndex = next;
    const found = token.exec(text);
    const parent = open.at(-1);
    if (found === null || parent === undefined) throw new SyntaxError(`no XML at ${next}`);
    at = token.lastIndex;
    const [, closed, tag, attributes = "", empty] = found;
    if (closed !== undefined) {
      if (open.pop()?.tag !== closed) throw new SyntaxError(`</${closed}> at ${next}`);
      continue;
    }
    if (tag === undefined) continue;
    const element: Element = { tag, attributes: attributesIn(attributes), children: [] };
    parent.children.push(element);
    if (empty === "") open.push(element);
    if (open.length > depthMax) throw new SyntaxError(`more than ${depthMax} levels`);
  }
  const [root] = top.children;
  if (root === undefined || open.length !== 1) throw new SyntaxError("the document is cut off");
  return root;
}

const attributesIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(attribute)].map(([, name = "", double, single]) => [
      name,
      unescaped(double ?? single ?? ""),
    ]),
  );

const entities: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

const unescaped = (text: string): string =>
  text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return entities.get(name) ?? whole;
    const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

/** A value as an attribute in XML. */
export const escaped = (value: string): string =>
  value.replace(
    /[&<>"\n\t\r]/g,
    (character) =>
      ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[character] ??
        `&#${character.charCodeAt(0)};`,
  );

/** An element as text: one line each, two blanks for each level. */
export function writeXml({ tag, attributes, children }: Element, indent = ""): string {
  const head = `${indent}<${tag}${
    [...attributes].map(([name, value]) => ` ${name}="${escaped(value)}"`).join("")
  }`;
  if (children.length === 0) return `${head}/>\n`;
  const inside = children.map((child) => writeXml(child, `${indent}  `)).join("");
  return `${head}>\n${inside}${indent}</${tag}>\n`;
}

/** The element at the end of a path of tags below an element. */
export function at(element: Element | undefined, ...tags: readonly string[]): Element | undefined {
  return tags.reduce<Element | undefined>(
    (found, tag) => found?.children.find((child) => child.tag === tag),
    element,
  );
}

/** An attribute; empty if it is absent. */
export const of = (element: Element | undefined, name: string): string =>
  element?.attributes.get(name) ?? "";

/** All elements below one, itself first. */
export function* all(element: Element): Generator<Element> {
  yield element;
  for (const child of element.children) yield* all(child);
}
