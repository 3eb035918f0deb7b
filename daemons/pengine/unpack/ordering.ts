/**
 * Order constraints: what happens before what.
 *
 * @module
 */
import type { OrderConstraint, OrderKind, OrderSet } from "../model.ts";
import { parseBoolean } from "./boolean.ts";
import { isTag, membersOf, requireResource, setsOf, sideAsSet } from "./reference.ts";
import { parseScore } from "./score.ts";
import { report, type Unpacking } from "./unpacking.ts";
import type { XmlElement } from "./xml.ts";

/** Reads one `rsc_order`. */
export function unpackOrder(unpacking: Unpacking, constraint: XmlElement): void {
  const { attributes } = constraint;
  const { id = "", first, then } = attributes;
  const kind = kindOf(unpacking, constraint);
  const symmetrical = isSymmetrical(unpacking, constraint, kind, undefined);
  let sets = setsOf(unpacking, constraint);
  if (sets.length === 0 && (isTag(unpacking, first) || isTag(unpacking, then))) {
    sets = [
      sideAsSet(unpacking, first ?? "", { action: attributes["first-action"] }),
      sideAsSet(unpacking, then ?? "", { action: attributes["then-action"] }),
    ];
  }
  if (sets.length > 0) {
    const unpacked: OrderSet[] = [];
    for (const set of sets) {
      const one = unpackSet(unpacking, constraint, set, kind);
      if (one === undefined) return;
      unpacked.push(one);
    }
    addOrder(unpacking, { type: "sets", id, kind, symmetrical, sets: unpacked });
    return;
  }
  const before = requireResource(unpacking, constraint, first);
  const after = requireResource(unpacking, constraint, then);
  if (before === undefined || after === undefined) return;
  const firstAction = attributes["first-action"] ?? "start";
  const { "first-instance": firstInstance, "then-instance": thenInstance } = attributes;
  addOrder(unpacking, {
    type: "pair",
    id,
    first: before,
    then: after,
    firstAction,
    thenAction: attributes["then-action"] ?? firstAction,
    kind,
    symmetrical,
    requireAll: parseBoolean(attributes["require-all"]) ?? true,
    ...(firstInstance === undefined ? {} : { firstInstance }),
    ...(thenInstance === undefined ? {} : { thenInstance }),
  });
}

function addOrder({ set }: Unpacking, order: OrderConstraint): void {
  set.orders.push(order);
}

function unpackSet(
  unpacking: Unpacking,
  constraint: XmlElement,
  set: XmlElement,
  parentKind: OrderKind,
): OrderSet | undefined {
  const { id = "", sequential, action = "start", kind } = set.attributes;
  const resources = membersOf(unpacking, constraint, set);
  if (resources === undefined) return undefined;
  return {
    id,
    resources,
    sequential: parseBoolean(sequential) ?? true,
    linked: parseBoolean(sequential) ?? false,
    requireAll: parseBoolean(set.attributes["require-all"]) ?? true,
    action,
    kind: kind === undefined ? parentKind : kindOf(unpacking, set),
    symmetrical: isSymmetrical(
      unpacking,
      set,
      parentKind,
      parseBoolean(constraint.attributes.symmetrical),
    ),
  };
}

function kindOf(unpacking: Unpacking, element: XmlElement): OrderKind {
  const { kind, score } = element.attributes;
  switch (kind?.toLowerCase()) {
    case undefined:
      // Once the score said how strict an order is.
      return score !== undefined && parseScore(score) === 0 ? "optional" : "mandatory";
    case "mandatory":
      return "mandatory";
    case "optional":
      return "optional";
    case "serialize":
      return "serialize";
    default:
      report(
        unpacking,
        "error",
        element,
        `Using Mandatory for the kind of "${element.attributes.id ?? ""}": "${kind}" is none of ` +
          `Mandatory, Optional, Serialize.`,
      );
      return "mandatory";
  }
}

/** Whether the reverse order holds for the reverse actions. Serialization has no reverse. */
function isSymmetrical(
  unpacking: Unpacking,
  element: XmlElement,
  parentKind: OrderKind,
  parentSymmetrical: boolean | undefined,
): boolean {
  const { kind: ownKind, score, symmetrical } = element.attributes;
  const kind = ownKind === undefined && score === undefined
    ? parentKind
    : kindOf(unpacking, element);
  const wanted = parseBoolean(symmetrical) ?? parentSymmetrical;
  return wanted !== false && kind !== "serialize";
}
