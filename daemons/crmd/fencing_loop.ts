/**
 * Resources that have node after node fenced. Where a resource can be stopped on no node, and does
 * not keep running, each node that tries it is fenced, comes back and tries it again, forever.
 *
 * The coordinator keeps in `node_state`, in an attribute of its own, which resources a node was fenced
 * for. One that had too many fenced in a row is held: until its configuration changes, its failures
 * block it instead of having anybody fenced. All else goes on.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { digestOf } from "../cib/doors/document.ts";
import { elementAt } from "../cib/doors/path.ts";
import type { XmlElement } from "../../metadata/xml/mod.ts";
import type { Effect } from "../runtime/machine.ts";
import { hasFailed, targetRcOf, xml } from "./history.ts";
import { type CrmdState, elements, log } from "./state.ts";

/** Attribute of `node_state` that says for which resources the node was fenced, and when. */
export const fencingsAttribute = "fencings";
/** Fencings in a row after which a resource is held. */
export const fencingsMax = 3;
/** Seconds between two fencings beyond which they are no row. */
export const fencingGapS = 3_600;
/** Fencings that are remembered of one node at most. */
export const rememberedMax = 8;

/** One fencing: for which resource, when, and what the resource's configuration was. */
interface Fencing {
  readonly resource: string;
  readonly atS: number;
  readonly digest: string;
}

/** What the attribute is to say once a node has been fenced. */
export function fencingsAfter(
  root: XmlElement,
  known: XmlElement | undefined,
  nowS: number,
): string | undefined {
  const before = fencingsIn(known);
  const causes = causesOf(root, known).map((resource) => ({
    resource,
    atS: nowS,
    digest: configurationOf(root, resource),
  }));
  const all = [...before, ...causes].slice(-rememberedMax);
  return all.length === 0
    ? undefined
    : all.map(({ resource, atS, digest }) => `${resource}=${atS}=${digest}`).join(" ");
}

/** Resources that are held: they have had too many nodes fenced in a row, and are as they were. */
export function heldIn(root: XmlElement): readonly string[] {
  const byResource = new Map<string, Fencing[]>();
  for (const state of elements(elementAt(root, "/cib/status"), "node_state")) {
    for (const fencing of fencingsIn(state)) {
      const same = byResource.get(fencing.resource);
      if (same === undefined) byResource.set(fencing.resource, [fencing]);
      else same.push(fencing);
    }
  }
  return [...byResource].filter(([resource, fencings]) => {
    const digest = configurationOf(root, resource);
    const times = fencings.filter((one) => one.digest === digest).map(({ atS }) => atS).sort((
      a,
      b,
    ) => b - a);
    const gap = times.findIndex((atS, at) => at > 0 && times[at - 1]! - atS > fencingGapS);
    return (gap < 0 ? times.length : gap) >= fencingsMax;
  }).map(([resource]) => resource).sort();
}

/** The CIB as the policy engine gets it: what is held is blocked by its failures, and fences nobody. */
export function withHeld(root: XmlElement, held: readonly string[]): XmlElement {
  if (held.length === 0) return root;
  const change = (element: XmlElement): XmlElement => {
    const children = element.children.map((child) =>
      child.type === "element" ? change(child) : child
    );
    const changed = children.some((child, at) => child !== element.children[at])
      ? { ...element, children }
      : element;
    return element.name.raw === "primitive" && held.includes(element.attributes.id ?? "")
      ? blocked(changed)
      : changed;
  };
  return {
    ...root,
    children: root.children.map((child) =>
      child.type === "element" && child.name.raw === "configuration" ? change(child) : child
    ),
  };
}

/** Says once which resources are held. */
export function reportHeld(state: CrmdState, held: readonly string[], out: Effect[]): void {
  for (const resource of held) {
    if (state.held.has(resource)) continue;
    log(
      out,
      "crit",
      withCode(
        "HA8003",
        `Fencing loop: ${fencingsMax} nodes in a row were fenced because "${resource}" failed. It is ` +
          `held: its failures block it, and no longer fence any node. Fix: correct its ` +
          `configuration or its agent; any change of its configuration ends the hold`,
      ),
    );
  }
  state.held = new Set(held);
}

/** Every operation whose failure would have a node fenced blocks the resource instead. */
function blocked(primitive: XmlElement): XmlElement {
  const { id = "" } = primitive.attributes;
  let hasStop = false;
  const block = (op: XmlElement): XmlElement => {
    const { name } = op.attributes;
    if (name === "stop") hasStop = true;
    return name === "stop" || op.attributes["on-fail"] === "fence"
      ? { ...op, attributes: { ...op.attributes, "on-fail": "block" } }
      : op;
  };
  const children = primitive.children.map((child) =>
    child.type === "element" && child.name.raw === "operations"
      ? {
        ...child,
        children: child.children.map((op) => op.type === "element" ? block(op) : op),
      }
      : child
  );
  if (hasStop) return { ...primitive, children };
  const stop = xml("op", {
    id: `${id}-held-stop`,
    name: "stop",
    interval: "0",
    "on-fail": "block",
  });
  const at = children.findIndex((child) =>
    child.type === "element" && child.name.raw === "operations"
  );
  const operations = children[at];
  return operations?.type === "element"
    ? {
      ...primitive,
      children: children.with(at, { ...operations, children: [...operations.children, stop] }),
    }
    : { ...primitive, children: [...children, xml("operations", {}, [stop])] };
}

/**
 * Resources whose failures have a node fenced: that could not be stopped, or are configured to do
 * so.
 */
function causesOf(root: XmlElement, known: XmlElement | undefined): string[] {
  const causes = new Set<string>();
  for (const lrm of elements(known, "lrm").flatMap((lrm) => elements(lrm, "lrm_resources"))) {
    for (const resource of elements(lrm, "lrm_resource")) {
      const id = plain(resource.attributes.id ?? "");
      for (const { attributes } of elements(resource, "lrm_rsc_op")) {
        const failed = hasFailed(
          Number(attributes["op-status"]),
          Number(attributes["rc-code"]),
          targetRcOf(attributes["transition-key"] ?? ""),
        );
        if (failed && fencesFor(root, id, attributes.operation ?? "")) causes.add(id);
      }
    }
  }
  return [...causes].sort();
}

function fencesFor(root: XmlElement, resource: string, operation: string): boolean {
  const configured = operationsOf(root, resource).filter(({ attributes }) =>
    attributes.name === operation
  );
  const said = configured.flatMap(({ attributes }) => attributes["on-fail"] ?? []);
  return said.includes("fence") || (operation === "stop" && said.length === 0);
}

const operationsOf = (root: XmlElement, resource: string): XmlElement[] =>
  elements(primitiveOf(root, resource), "operations").flatMap((one) => elements(one, "op"));

/** The instance of an anonymous clone is one of the resource. */
const plain = (resource: string): string => resource.replace(/:\d+$/, "");

function primitiveOf(root: XmlElement, resource: string): XmlElement | undefined {
  const find = (element: XmlElement | undefined): XmlElement | undefined =>
    element?.name.raw === "primitive" && element.attributes.id === resource
      ? element
      : elements(element).map(find).find((found) => found !== undefined);
  return find(elementAt(root, "/cib/configuration/resources"));
}

/** Names a resource's configuration: another one is another trial. */
function configurationOf(root: XmlElement, resource: string): string {
  const primitive = primitiveOf(root, resource);
  return primitive === undefined ? "none" : digestOf(primitive).slice(0, 8);
}

function fencingsIn(state: XmlElement | undefined): Fencing[] {
  const text = state?.attributes[fencingsAttribute] ?? "";
  return text.split(" ").flatMap((word) => {
    const [, resource, atS, digest] = /^(.+)=(\d{1,12})=(\w+)$/.exec(word) ?? [];
    return resource === undefined || digest === undefined
      ? []
      : [{ resource, atS: Number(atS), digest }];
  });
}
