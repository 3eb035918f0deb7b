/**
 * What unpacking knows beside the working set: where references lead, defaults, caches.
 *
 * The engine asks some questions later (parameters on a node, options of an operation); it has
 * the working set alone, so this is found by it.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import type { Diagnostic } from "../../../metadata/diagnostic.ts";
import type { Node, Resource, WorkingSet } from "../model.ts";
import type { RuleInput } from "./rule.ts";
import { child, children, type XmlElement } from "./xml.ts";

/** Where a resource stands among others. */
export interface Place {
  readonly parent?: Resource;
  /** Number of a clone instance, on it and on its members. */
  readonly instance?: number;
}

/** The unpacking of one CIB. */
export interface Unpacking {
  readonly set: WorkingSet;
  readonly configuration: XmlElement | undefined;
  readonly rscDefaults: XmlElement | undefined;
  readonly opDefaults: XmlElement | undefined;
  /** `crm_feature_set` of the CIB; without one it is older than any. */
  readonly featureSet: string | undefined;
  /** What an element with `id-ref` stands for; others stand for themselves. */
  readonly resolve: (element: XmlElement) => XmlElement | undefined;
  /** Elements of the configuration by name and id. */
  readonly find: (name: string, id: string) => XmlElement | undefined;
  /** Unpacks a resource of any kind: what holds other resources asks for them here. */
  readonly unpackResource: (element: XmlElement, place?: Place) => Resource | undefined;
  /** Agent parameters, by resource and (where rules ask for it) node. */
  readonly parameters: Map<Resource, Map<Node | undefined, Map<string, string>>>;
  /** Instances of clones created so far. */
  instances: number;
  /** What was noted already, so that it is noted once: failures, users of templates. */
  readonly noted: Set<string>;
  /** Resources for which the history demanded something. */
  readonly demandedFor: Set<Resource>;
  /** Histories by node and resource as written, made when first asked for. */
  recorded?: ReadonlyMap<string, ReadonlyMap<string, XmlElement>>;
  /** Containers whose bundled connection failed. */
  readonly stopContainers: Resource[];
}

/** Diagnostics are bounded: a CIB that is wrong everywhere says so often enough. */
const diagnosticsMax = 10_000;

/** Expressions of one rule, with all that it refers to; beyond them a rule does not hold. */
const expressionsMax = 10_000;

const known = new WeakMap<WorkingSet, Unpacking>();

/**
 * Begins the unpacking of a CIB.
 *
 * @param unpackResource unpacks a resource of any kind.
 */
export function beginUnpacking(
  set: WorkingSet,
  unpackResource: (
    unpacking: Unpacking,
    element: XmlElement,
    place?: Place,
  ) => Resource | undefined,
): Unpacking {
  const configuration = child(set.cib, "configuration");
  const { resolve, find } = references(
    configuration,
    (element, problem) => report(unpacking, "error", element, problem),
  );
  const unpacking: Unpacking = {
    set,
    configuration,
    rscDefaults: child(configuration, "rsc_defaults"),
    opDefaults: child(configuration, "op_defaults"),
    featureSet: set.cib.attributes.crm_feature_set,
    resolve,
    find,
    unpackResource: (element, place) => unpackResource(unpacking, element, place),
    parameters: new Map(),
    instances: 0,
    noted: new Set(),
    demandedFor: new Set(),
    stopContainers: [],
  };
  known.set(set, unpacking);
  return unpacking;
}

/** The unpacking that filled a working set. */
export function unpackingOf(set: WorkingSet): Unpacking {
  const found = known.get(set);
  if (found === undefined) throw new Error("This working set was not made by unpack()");
  return found;
}

/** A problem for people: the element by its id where it has one, and its line where that is known. */
export const diagnosticOf = ({ severity, element, message }: {
  readonly severity: Diagnostic["severity"];
  readonly element: XmlElement;
  /** What is wrong, the cause and the fix, in sentences. */
  readonly message: string;
}): Diagnostic => ({
  severity,
  path: [element.attributes.id ?? element.name.raw],
  what: message,
  ...(element.line === undefined ? {} : { line: element.line }),
});

/** Notes a problem. */
export function report(
  { set }: Pick<Unpacking, "set">,
  severity: Diagnostic["severity"],
  element: XmlElement,
  message: string,
): void {
  if (set.diagnostics.length >= diagnosticsMax) return;
  const coded = withCode("HA4003", message);
  set.diagnostics.push(diagnosticOf({ severity, element, message: coded }));
}

/** What every rule is evaluated with. */
export function ruleInput(unpacking: Unpacking, more: Partial<RuleInput> = {}): RuleInput {
  return {
    nowS: unpacking.set.nowS,
    zone: unpacking.set.zone,
    resolve: unpacking.resolve,
    budget: { expressionsLeft: expressionsMax },
    complain: (element, problem) => complainOnce(unpacking, element, problem),
    changesAt: (atS) => recheckBy(unpacking.set, atS),
    ...more,
  };
}

/** A rule is evaluated for every node; its errors are reported once. */
function complainOnce(unpacking: Unpacking, element: XmlElement, problem: string): void {
  const key = `rule ${element.attributes.id ?? ""} ${element.line ?? 0} ${problem}`;
  if (unpacking.noted.has(key)) return;
  unpacking.noted.add(key);
  const id = element.attributes.id ?? "";
  report(unpacking, "error", element, `Expression "${id}" does not hold: ${problem}.`);
}

/** Something changes by time alone then; the earliest counts. */
export function recheckBy(set: WorkingSet, atS: number): void {
  if (atS > set.nowS && (set.recheckByS === undefined || atS < set.recheckByS)) {
    set.recheckByS = atS;
  }
}

function references(
  configuration: XmlElement | undefined,
  complain: (element: XmlElement, problem: string) => void,
) {
  let index: Map<string, XmlElement> | undefined;
  const complained = new Set<XmlElement>();
  const find = (name: string, id: string): XmlElement | undefined => {
    index ??= indexOf(configuration);
    return index.get(`${name} ${id}`);
  };
  const resolve = (element: XmlElement): XmlElement | undefined => {
    const reference = element.attributes["id-ref"];
    if (reference === undefined) return element;
    const found = find(element.name.raw, reference);
    if (found === undefined && !complained.has(element)) {
      complained.add(element);
      complain(
        element,
        `Ignoring <${element.name.raw} id-ref="${reference}">: no <${element.name.raw}> has the ` +
          `id "${reference}". Give one this id, or correct the reference.`,
      );
    }
    return found;
  };
  return { find, resolve };
}

/** By name and id; the first of a name counts. Walks without recursion: depth is the author's. */
function indexOf(configuration: XmlElement | undefined): Map<string, XmlElement> {
  const index = new Map<string, XmlElement>();
  const open: XmlElement[] = configuration === undefined ? [] : [configuration];
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    const { id } = element.attributes;
    if (id !== undefined) {
      const key = `${element.name.raw} ${id}`;
      if (!index.has(key)) index.set(key, element);
    }
    open.push(...children(element).toReversed());
  }
  return index;
}
