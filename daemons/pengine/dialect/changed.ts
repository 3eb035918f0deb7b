/**
 * What a change of a CIB breaks in the configuration language.
 *
 * Trees share what has not changed, so only what differs is looked at: the cost is that of the change
 * and of the lists it stands in. What was wrong before may stay, so that a document from elsewhere
 * can be put right step by step.
 *
 * @module
 */
import { child, type XmlElement } from "../unpack/xml.ts";
import {
  findIn,
  type Finding,
  Findings,
  findingsMax,
  insideOf,
  type Schema,
  schemaOf,
} from "./findings.ts";
import { identityFindings } from "./identities.ts";

/** A finding, and where the element stands: `/cib/configuration/nodes/node[@id='1']`. */
export interface Placed extends Finding {
  readonly path: string;
}

/** An element that is new or differs. */
interface Open {
  readonly now: XmlElement;
  /** What stood in its place. */
  readonly was: XmlElement | undefined;
  readonly above: Open | undefined;
}

/** What is wrong with `after` and was not with `before`. */
export function brokenBy(before: XmlElement, after: XmlElement): readonly Placed[] {
  if (before === after) return [];
  const schema = schemaOf(after);
  const old = schemaOf(before);
  // Under a schema that is new everything counts.
  const isNew = schema.strict !== old.strict || schema.current !== old.current;
  const from = isNew ? undefined : before;
  const found: Placed[] = [];
  const open: Open[] = [{ now: after, was: from, above: undefined }];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const here = foundIn(one.now, schema);
    const known = here.length === 0 || one.was === undefined
      ? undefined
      : new Set(foundIn(one.was, schema).map(keyOf));
    for (const finding of here) {
      if (known?.has(keyOf(finding))) continue;
      found.push({ ...finding, path: pathOf(one, finding.element) });
    }
    if (found.length >= findingsMax) break;
    open.push(...changedIn(one).toReversed());
  }
  if (schema.strict) found.push(...brokenIds(from, after));
  return found;
}

/** Ids and references, for which the whole configuration counts. */
function brokenIds(before: XmlElement | undefined, after: XmlElement): readonly Placed[] {
  const now = child(after, "configuration");
  const old = child(before, "configuration");
  if (now === undefined || now === old) return [];
  const known = keysOf(old);
  const under = `/${after.name.raw}/${now.name.raw}`;
  return identityFindings(now).filter((finding) => !known.has(keyOf(finding)))
    .map((finding) => ({ ...finding, path: `${under}//${stepOf(finding.element).slice(1)}` }));
}

/** What was wrong with a configuration: many changes are compared with the same one. */
const keysKnown = new WeakMap<XmlElement, ReadonlySet<string>>();

function keysOf(configuration: XmlElement | undefined): ReadonlySet<string> {
  if (configuration === undefined) return new Set();
  let keys = keysKnown.get(configuration);
  if (keys === undefined) {
    keysKnown.set(configuration, keys = new Set(identityFindings(configuration).map(keyOf)));
  }
  return keys;
}

/** The children of an element that differ from those in its place before. */
function changedIn(above: Open): readonly Open[] {
  const { now, was } = above;
  if (was === undefined) return insideOf(now).map((now) => ({ now, was: undefined, above }));
  const same = new Set<unknown>(was.children);
  const differing = insideOf(now).filter((child) => !same.has(child));
  if (differing.length === 0) return [];
  const old = new Map<string, XmlElement[]>();
  for (const child of insideOf(was)) {
    const name = nameOf(child);
    const others = old.get(name);
    if (others === undefined) old.set(name, [child]);
    else others.push(child);
  }
  return differing.map((now) => ({ now, was: old.get(nameOf(now))?.shift(), above }));
}

const nameOf = ({ name, attributes }: XmlElement): string => `${name.raw} ${attributes.id ?? ""}`;

function foundIn(element: XmlElement, schema: Schema): readonly Finding[] {
  const findings = new Findings(schema);
  findIn(element, findings);
  return findings.all;
}

const keyOf = ({ element, message }: Finding): string => `${nameOf(element)} ${message}`;

function pathOf(at: Open, element: XmlElement): string {
  const steps: string[] = element === at.now ? [] : [stepOf(element)];
  for (let one: Open | undefined = at; one !== undefined; one = one.above) {
    steps.push(stepOf(one.now));
  }
  return steps.reverse().join("");
}

/** As a path of a change has it. */
const stepOf = ({ name, attributes: { id } }: XmlElement): string =>
  id === undefined
    ? `/${name.raw}`
    : id.includes("'")
    ? `/${name.raw}[@id="${id}"]`
    : `/${name.raw}[@id='${id}']`;
