/**
 * What resources and templates of a CIB are configured with: their agent, and the parameters as
 * written, template and resource taken together.
 *
 * @module
 */
import type { XmlElement } from "../../metadata/xml/mod.ts";
import type { AgentName } from "../runtime/messages.ts";
import { childIndex } from "./path.ts";

/** One resource or template. */
export interface Configured {
  readonly tag: "primitive" | "template";
  readonly id: string;
  readonly agent: AgentName;
  /** The value that counts for each name, and the id of its `nvpair`. */
  readonly values: Readonly<Record<string, { readonly value: string; readonly id: string }>>;
  /** Names that get a value which cannot be known here: of a rule, of a secret. */
  readonly unknown: readonly string[];
  /** It refers to something that is not there, which may give any name a value. */
  readonly open: boolean;
}

/** A parameter that is part of the protocol, not of the agent. */
const isOurs = (name: string) => name.startsWith("CRM_meta_") || name === "crm_feature_set";
/** A value that stands in a file of each node. */
const isReference = (value: string) => value.startsWith("lrm://");
/** Levels of groups and clones that are looked into. */
const depthMax = 8;

/** Trees are never changed in place: what was found in one stays true. */
const found = new WeakMap<XmlElement, readonly Configured[]>();

/** All resources and templates of a CIB that name an agent. */
export function configuredIn(root: XmlElement): readonly Configured[] {
  const configuration = childNamed(root, "configuration");
  if (configuration === undefined) return [];
  const known = found.get(configuration);
  if (known !== undefined) return known;
  const all = read(configuration);
  found.set(configuration, all);
  return all;
}

function read(configuration: XmlElement): readonly Configured[] {
  const resources = childNamed(configuration, "resources");
  if (resources === undefined) return [];
  const elements: XmlElement[] = [];
  collect(resources, depthMax, elements);
  const templates = new Map(
    elements.filter(({ name }) => name.raw === "template").map((one) => [one.attributes.id, one]),
  );
  let ids: ReadonlyMap<string, XmlElement> | undefined;
  const byId = (id: string) => (ids ??= idsOf(configuration)).get(id);
  return elements.flatMap((element): Configured[] => {
    const { id, template } = element.attributes;
    const base = template === undefined ? undefined : templates.get(template);
    const agent = agentOf(element) ?? (base && agentOf(base));
    if (id === undefined || agent === undefined) return [];
    const tag = element.name.raw === "template" ? "template" : "primitive";
    return [{ tag, id, agent, ...parametersOf(base ? [element, base] : [element], byId) }];
  });
}

function collect(element: XmlElement, depth: number, into: XmlElement[]): void {
  for (const child of element.children) {
    if (child.type !== "element") continue;
    const { raw } = child.name;
    if (raw === "primitive" || raw === "template") into.push(child);
    else if (depth > 0) collect(child, depth - 1, into);
  }
}

function agentOf({ attributes: { class: name, provider, type } }: XmlElement):
  | AgentName
  | undefined {
  if (name === undefined || type === undefined) return undefined;
  return { class: name, type, ...(provider === undefined ? {} : { provider }) };
}

/** The first value of a name counts: the resource's before its template's, a higher score first. */
function parametersOf(
  elements: readonly XmlElement[],
  byId: (id: string) => XmlElement | undefined,
): Pick<Configured, "values" | "unknown" | "open"> {
  const values: Record<string, { value: string; id: string }> = Object.create(null);
  const unknown = new Set<string>();
  let open = false;
  /** What an element stands for, where it refers to another one. */
  const meant = (element: XmlElement): XmlElement | undefined => {
    const id = element.attributes["id-ref"];
    const other = id === undefined ? element : byId(id);
    if (other === undefined) open = true;
    return other;
  };
  for (const element of elements) {
    for (const set of setsOf(element, meant)) {
      const ruled = childNamed(set, "rule") !== undefined;
      for (const child of childrenNamed(set, "nvpair")) {
        const pair = meant(child);
        const { name = pair?.attributes.name } = child.attributes;
        const { id = "", value } = pair?.attributes ?? {};
        if (name === undefined || isOurs(name) || Object.hasOwn(values, name)) continue;
        if (ruled || value === undefined || isReference(value)) unknown.add(name);
        else if (!unknown.has(name)) values[name] = { value, id };
      }
    }
  }
  return { values, unknown: [...unknown].sort(), open };
}

function setsOf(
  element: XmlElement,
  meant: (element: XmlElement) => XmlElement | undefined,
): readonly XmlElement[] {
  const sets = childrenNamed(element, "instance_attributes").flatMap((set) => meant(set) ?? []);
  return sets.toSorted((one, other) => scoreOf(other) - scoreOf(one));
}

function scoreOf({ attributes: { score = "0" } }: XmlElement): number {
  const number = Number(score.replace(/INFINITY$/, "1000000"));
  return Number.isFinite(number) ? number : 0;
}

function idsOf(element: XmlElement): ReadonlyMap<string, XmlElement> {
  const ids = new Map<string, XmlElement>();
  const waiting = [element];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.attributes.id !== undefined) ids.set(next.attributes.id, next);
    for (const child of next.children) if (child.type === "element") waiting.push(child);
  }
  return ids;
}

const childrenNamed = (element: XmlElement, tag: string): readonly XmlElement[] =>
  element.children.filter((child): child is XmlElement =>
    child.type === "element" && child.name.raw === tag
  );

function childNamed(element: XmlElement, tag: string): XmlElement | undefined {
  const child = element.children[childIndex(element, { tag })];
  return child?.type === "element" ? child : undefined;
}
