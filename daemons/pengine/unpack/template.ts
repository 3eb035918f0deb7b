/**
 * Templates: a resource takes the definition of its template and adds its own.
 *
 * @module
 */
import { parseRole } from "./role.ts";
import { Role } from "../model.ts";
import { report, type Unpacking } from "./unpacking.ts";
import { child, children, makeElement, type XmlElement } from "./xml.ts";

/**
 * The element with its template merged in; itself where it has none; `undefined` (and a
 * diagnostic) where the template cannot be used.
 *
 * What the resource says itself comes after what the template says, and so wins. An operation of
 * the template is dropped where the resource has one of the same name and role.
 */
export function expandTemplate(
  unpacking: Unpacking,
  element: XmlElement,
): XmlElement | undefined {
  const reference = element.attributes.template;
  if (reference === undefined) return element;
  const own = element.attributes.id;
  const template = reference === own ? undefined : unpacking.find("template", reference);
  if (template === undefined) {
    report(
      unpacking,
      "error",
      element,
      reference === own
        ? `Ignoring resource "${own}": it names itself as its template.`
        : `Ignoring resource "${own}": no template has the id "${reference}". Define it, or ` +
          `correct the attribute "template".`,
    );
    return undefined;
  }
  const ownOperations = child(element, "operations");
  const inherited = child(template, "operations");
  const parts: XmlElement[] = [];
  for (const part of children(template)) {
    if (part.name.raw === "operations" && ownOperations !== undefined) continue;
    parts.push(part);
  }
  for (const part of children(element)) {
    parts.push(
      part === ownOperations && inherited !== undefined ? mergeOperations(part, inherited) : part,
    );
  }
  const attributes = { ...template.attributes, ...element.attributes };
  return makeElement(element.name.raw, attributes, parts, element.line);
}

/** Notes that a resource was made from a template, so that constraints can name the template. */
export function noteTemplateUser(unpacking: Unpacking, element: XmlElement): void {
  const { template, id } = element.attributes;
  if (template === undefined || id === undefined) return;
  const users = unpacking.set.templates.get(template);
  const key = `template ${template} ${id}`;
  if (users === undefined || unpacking.noted.has(key)) return;
  unpacking.noted.add(key);
  users.users.push(id);
}

function mergeOperations(own: XmlElement, inherited: XmlElement): XmlElement {
  const defined = new Set(children(own).map(keyOf));
  const rest = children(inherited).filter((operation) => !defined.has(keyOf(operation)));
  return makeElement(own.name.raw, own.attributes, [...children(own), ...rest], own.line);
}

/** Started and unpromoted are the roles of any operation that names none. */
function keyOf({ attributes }: XmlElement): string {
  const role = parseRole(attributes.role);
  const plain = role === Role.started || role === Role.unpromoted ? Role.unknown : role;
  return `${attributes.name ?? ""}-${plain}`;
}
