/**
 * Operations of a resource as a command line writes them: `monitor interval=10s timeout=20s`.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { Draft } from "../document/draft.ts";
import { childOf, childrenOf, element, withAttributes } from "../document/element.ts";
import { pairsIn, type Problems } from "../problems.ts";

/** One operation, and attributes to set; null removes one. */
export interface Wanted {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string | null>;
}

/** Reads one. */
export function operationIn(words: readonly string[], problems: Problems): Wanted | undefined {
  const [name = "", ...pairs] = words;
  if (!/^[A-Za-z][\w-]*$/.test(name)) {
    problems.wrong(
      `"${words.join(" ")}" is no operation. Fix: write it like "monitor interval=10s timeout=20s"`,
    );
    return undefined;
  }
  return { name, attributes: pairsIn(pairs, problems) };
}

/** What tells operations of one name apart: the interval, and the role. */
const isSame = (
  op: XmlElement,
  name: string,
  interval: string,
  role: string | undefined,
): boolean =>
  op.attributes.name === name && (op.attributes.interval ?? "0s") === interval &&
  op.attributes.role === role;

/** Sets an operation of a primitive: changes the one of the same name, interval and role, or adds it. */
export function setOperation(draft: Draft, id: string, { name, attributes }: Wanted): void {
  const primitive = draft.byId(id, "primitive");
  if (primitive === undefined) return;
  const interval = attributes.get("interval") ?? "0s";
  const role = attributes.get("role") ?? undefined;
  const given = Object.fromEntries(
    [...attributes].map(([key, value]) => [key, value ?? undefined]),
  );
  let operations = childOf(primitive, "operations");
  const old = childrenOf(operations, "op").find((op) => isSame(op, name, interval, role));
  if (old !== undefined) {
    draft.replace(old, withAttributes(old, given));
    return;
  }
  const op = element("op", {
    id: draft.freeId(`${id}-${name}-${interval}`),
    name,
    ...given,
    interval,
  });
  if (operations === undefined) {
    operations = element("operations");
    const before = ["meta_attributes", "instance_attributes", "utilization"];
    const at = primitive.children.findLastIndex((child) =>
      child.type === "element" && before.includes(child.name.raw)
    );
    draft.add(primitive, operations, at + 1);
  }
  draft.add(operations, op);
}

/** Removes operations: of a name, and of an interval if one is given. @returns how many. */
export function removeOperations(draft: Draft, id: string, { name, attributes }: Wanted): number {
  const interval = attributes.get("interval");
  const found = childrenOf(childOf(draft.byId(id, "primitive"), "operations"), "op").filter((op) =>
    op.attributes.name === name && (interval === undefined || op.attributes.interval === interval)
  );
  for (const op of found) draft.replace(op);
  const operations = childOf(draft.byId(id, "primitive"), "operations");
  if (operations !== undefined && operations.children.length === 0) draft.replace(operations);
  return found.length;
}
