/**
 * Changes of a CIB as Pacemaker writes them: a `diff` of format 2, out and in.
 *
 * Source: Pacemaker Explained 2.1 and the output of crm_diff 2.1.5.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { stringify } from "@std/xml";
import { applyChanges, differenceOf, versionOf } from "../../cib/doors/document.ts";
import { elementAt } from "../../cib/doors/path.ts";
import type { CibChange, CibVersion } from "../../runtime/messages.ts";
import { childOf, childrenOf, element } from "../api/document/element.ts";
import { Ending } from "../compat/exit_code.ts";
import { elementIn, toolExit } from "./document.ts";

/** The changes as a document; undefined: there are none. */
export function patchOf(before: XmlElement, after: XmlElement): XmlElement | undefined {
  const changes = differenceOf(before, after);
  if (changes.length === 0) return undefined;
  const version = (name: string, { attributes }: XmlElement) =>
    element(name, {
      admin_epoch: attributes.admin_epoch ?? "0",
      epoch: attributes.epoch ?? "0",
      num_updates: attributes.num_updates ?? "0",
    });
  return element("diff", { format: "2" }, [
    element("version", {}, [version("source", before), version("target", after)]),
    ...changes.flatMap((change) => changeElements(before, after, change)),
  ]);
}

function changeElements(
  before: XmlElement,
  after: XmlElement,
  change: CibChange,
): readonly XmlElement[] {
  const { op: operation, path } = change;
  switch (change.op) {
    case "create": {
      const made = elementIn(change.xml);
      const at = childrenOf(elementAt(after, path)).findIndex((child) => isSame(child, made));
      const position = String(change.position ?? Math.max(at, 0));
      const create = element("change", { operation, path, position }, [made]);
      // Ours moves what exists already; Pacemaker's would hold it twice.
      const moved = childrenOf(elementAt(before, path)).find((child) => isSame(child, made));
      return moved === undefined
        ? [create]
        : [element("change", { operation: "delete", path: pathOf(path, made) }), create];
    }
    case "delete":
      return [element("change", { operation, path })];
    case "modify": {
      const result = elementAt(after, path);
      const set = Object.entries(change.set ?? {}).map(([name, value]) =>
        element("change-attr", { name, operation: "set", value })
      );
      const unset = (change.unset ?? []).map((name) =>
        element("change-attr", { name, operation: "unset" })
      );
      return [element("change", { operation, path }, [
        element("change-list", {}, [...set, ...unset]),
        element("change-result", {}, result === undefined ? [] : [{ ...result, children: [] }]),
      ])];
    }
    case "replace": {
      const made = elementIn(change.xml);
      const parent = parentOf(path);
      const at = childrenOf(elementAt(after, parent)).findIndex((child) => isSame(child, made));
      return [
        element("change", { operation: "delete", path }),
        element("change", { operation: "create", path: parent, position: String(at) }, [made]),
      ];
    }
  }
}

/** Whether two children of one element are the same one: by name and id. */
const isSame = (one: XmlElement, other: XmlElement): boolean =>
  one.name.raw === other.name.raw && one.attributes.id === other.attributes.id;

const pathOf = (parent: string, { name, attributes: { id } }: XmlElement): string =>
  `${parent}/${name.raw}${id === undefined ? "" : `[@id='${id}']`}`;

const parentOf = (path: string): string => path.replace(/\/[^/]*$/, "");

const lastOf = (path: string): string => path.slice(path.lastIndexOf("/"));

/** Applies a document of changes. @throws {Ending} if it does not fit. */
export function patched(cib: XmlElement, patch: XmlElement): XmlElement {
  if (patch.name.raw !== "diff" || patch.attributes.format !== "2") {
    throw new Ending(toolExit.badData, "Only patches of format 2 can be applied");
  }
  const source = childOf(childOf(patch, "version"), "source");
  if (source !== undefined && isNewer(versionOf(cib), versionOf(source))) {
    throw new Ending(toolExit.old, "Call failed: Update was older than existing configuration");
  }
  let now = cib;
  for (const one of childrenOf(patch, "change")) {
    const done = applyChanges(now, changeIn(now, one));
    if (!done.ok) throw new Ending(toolExit.badData, `Call failed: ${done.error}`);
    now = done.root;
  }
  return now;
}

/** Status counts differently here: only the configuration is compared. */
const isNewer = (is: CibVersion, base: CibVersion): boolean =>
  is.adminEpoch > base.adminEpoch ||
  is.adminEpoch === base.adminEpoch && is.epoch > base.epoch;

function changeIn(cib: XmlElement, change: XmlElement): readonly CibChange[] {
  const { operation, path = "", position } = change.attributes;
  const at = position === undefined ? {} : { position: Number(position) };
  switch (operation) {
    case "create": {
      const [made] = childrenOf(change);
      return made === undefined ? [] : [{ op: "create", path, xml: stringify(made), ...at }];
    }
    case "delete":
      return [{ op: "delete", path }];
    case "move": {
      const moved = elementAt(cib, path);
      return moved === undefined ? [] : [{ op: "delete", path }, {
        op: "create",
        path: parentOf(path),
        xml: stringify(moved),
        ...at,
      }];
    }
    case "modify": {
      const list = childrenOf(childOf(change, "change-list"), "change-attr");
      const ofCluster = ["epoch", "num_updates", "admin_epoch"];
      const own = list.filter(({ attributes: { name = "" } }) =>
        path !== "/cib" || !ofCluster.includes(name)
      );
      const set = own.filter(({ attributes }) => attributes.operation === "set")
        .map(({ attributes: { name = "", value = "" } }) => [name, value]);
      const unset = own.filter(({ attributes }) => attributes.operation === "unset")
        .flatMap(({ attributes: { name } }) => name ?? []);
      return [{ op: "modify", path, set: Object.fromEntries(set), unset }];
    }
    default:
      throw new Ending(
        toolExit.badData,
        `The operation "${operation}" at ${lastOf(path)} is unknown`,
      );
  }
}
