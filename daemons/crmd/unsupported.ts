/**
 * What this cluster cannot run: bundles, and Pacemaker Remote. The policy engine knows them, but no
 * daemon here starts containers or speaks to `pacemaker-remoted`. They are refused by name, and the
 * rest of the configuration stays in use.
 *
 * In the CIB as the engine gets it, a resource that never runs and is never probed stands in the
 * place of each: what is ordered after it or placed with it does not run either, since nothing says
 * that it could do without.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { withCode } from "../../metadata/code.ts";
import { elementAt } from "../cib/doors/path.ts";
import type { Effect } from "../runtime/machine.ts";
import { elements } from "./elements.ts";
import { xml } from "./history.ts";
import { type CrmdState, log } from "./state.ts";

const isRemote = ({ name, attributes }: XmlElement): boolean =>
  name.raw === "primitive" && attributes.provider === "pacemaker" && attributes.type === "remote";
const isGuest = ({ name, attributes }: XmlElement): boolean =>
  name.raw === "nvpair" && attributes.name === "remote-node";

/** What is refused, with the reason, by the id of the resource. */
export function unsupportedIn(root: XmlElement): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const look = (element: XmlElement, resource: string): void => {
    const { id = "" } = element.attributes;
    if (element.name.raw === "bundle") {
      found.set(id, "it is a bundle, and no daemon of this cluster starts containers");
      return;
    }
    if (isRemote(element)) {
      found.set(id, "it is a connection of Pacemaker Remote, which no daemon of this cluster has");
    } else if (isGuest(element)) {
      found.set(
        resource,
        "it runs, but its guest does not become a node: that is Pacemaker Remote",
      );
    }
    const inner = element.name.raw === "primitive" ? id : resource;
    for (const child of elements(element)) look(child, inner);
  };
  const resources = elementAt(root, "/cib/configuration/resources");
  if (resources !== undefined) look(resources, "");
  return found;
}

/** Reports once what is refused. */
export function reportUnsupported(
  state: CrmdState,
  found: ReadonlyMap<string, string>,
  out: Effect[],
): void {
  for (const [id, why] of found) {
    if (state.unsupported.has(id)) continue;
    log(
      out,
      "err",
      withCode(
        "HA3019",
        `The resource "${id}" is refused: ${why}. All others stay in use. Fix: remove it, or run ` +
          `what it holds as an ordinary resource`,
      ),
    );
  }
  state.unsupported = new Set(found.keys());
}

/** The CIB as the policy engine gets it. */
export function withoutUnsupported(
  root: XmlElement,
  found: ReadonlyMap<string, string>,
): XmlElement {
  if (found.size === 0) return root;
  const refused: string[] = [];
  const change = (element: XmlElement): XmlElement => {
    const { id = "" } = element.attributes;
    if (element.name.raw === "bundle") {
      refused.push(id);
      const inner = elements(element, "primitive").map(({ attributes }) => attributes.id ?? "");
      return inner.length === 0
        ? standIn(id)
        : xml("group", { id }, [stopped(id), ...inner.map(standIn)]);
    }
    if (isRemote(element)) {
      refused.push(id);
      return standIn(id);
    }
    const children = element.children
      .filter((child) => child.type !== "element" || !isGuest(child))
      .map((child) => child.type === "element" ? change(child) : child);
    return { ...element, children };
  };
  const within = (element: XmlElement): XmlElement => ({
    ...element,
    children: element.children.map((child) =>
      child.type !== "element"
        ? child
        : child.name.raw === "configuration"
        ? within(child)
        : child.name.raw === "resources"
        ? change(child)
        : child
    ),
  });
  const changed = within(root);
  return withConstraints(changed, refused.map(nowhere));
}

/** A resource that never runs. */
const standIn = (id: string): XmlElement =>
  xml("primitive", { id, class: "ocf", provider: "heartbeat", type: "Dummy" }, [stopped(id)]);

const stopped = (id: string): XmlElement =>
  xml("meta_attributes", { id: `${id}-refused` }, [
    xml("nvpair", { id: `${id}-refused-role`, name: "target-role", value: "Stopped" }),
  ]);

/** It may run nowhere, and is looked for nowhere. */
const nowhere = (id: string): XmlElement =>
  xml("rsc_location", { id: `${id}-refused-place`, rsc: id, "resource-discovery": "never" }, [
    xml("rule", { id: `${id}-refused-rule`, score: "-INFINITY" }, [
      xml("expression", {
        id: `${id}-refused-any`,
        attribute: "#uname",
        operation: "defined",
      }),
    ]),
  ]);

function withConstraints(root: XmlElement, more: readonly XmlElement[]): XmlElement {
  const change = (element: XmlElement): XmlElement => ({
    ...element,
    children: element.children.map((child) =>
      child.type !== "element"
        ? child
        : child.name.raw === "configuration"
        ? change(child)
        : child.name.raw === "constraints"
        ? { ...child, children: [...child.children, ...more] }
        : child
    ),
  });
  return change(root);
}
