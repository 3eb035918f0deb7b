/**
 * What a program wants to know of attributes.
 *
 * @module
 */
import type { AttributeLifetime, AttributeValue, Message } from "../runtime/messages.ts";
import { elementAt } from "../cib/doors/path.ts";
import { elements } from "../crmd/doors/status.ts";
import { pairsAt, placeOf } from "./pairs.ts";
import { type AttrdState, type Attribute, isMember } from "./state.ts";

/** The values that match, by node. */
export function valuesOf(
  state: AttrdState,
  { lifetime, name, node = state.self }: Extract<Message, { readonly type: "attrd/query" }>,
): readonly AttributeValue[] {
  const nodes = node === "*" ? knownNodes(state) : [node];
  return nodes.flatMap((node) => valuesAt(state, node, lifetime, name));
}

function valuesAt(
  state: AttrdState,
  node: string,
  lifetime: AttributeLifetime,
  name: string | undefined,
): readonly AttributeValue[] {
  const values = new Map<string, AttributeValue>();
  const { root } = state.replica;
  const place = root && placeOf(root, node, lifetime);
  for (const pair of root && place ? pairsAt(root, place) : []) {
    values.set(pair.name, { node, name: pair.name, value: pair.value, set: pair.set });
  }
  if (lifetime === "reboot" && isMember(state, node)) {
    const own = node === state.self ? state.own : state.mirrors.get(node)?.values;
    // Deletions that wait for the CIB.
    if (node === state.self) { for (const gone of state.deleted.keys()) values.delete(gone); }
    for (const [name, attribute] of own ?? []) values.set(name, shown(node, name, attribute));
  }
  if (name === undefined) return [...values.values()];
  const value = values.get(name);
  return value === undefined ? [] : [value];
}

const shown = (node: string, name: string, attribute: Attribute): AttributeValue => ({
  node,
  name,
  value: attribute.value,
  ...(attribute.set === undefined ? {} : { set: attribute.set }),
  ...(attribute.private ? { private: true } : {}),
});

/** Every node that has a name here. */
function knownNodes({ self, view, replica: { root } }: AttrdState): readonly string[] {
  const names = new Set([self, ...(view?.members ?? []).map(({ node }) => node)]);
  const nodes = root && elementAt(root, "/cib/configuration/nodes");
  for (const { attributes } of elements(nodes, "node")) {
    if (attributes.uname !== undefined) names.add(attributes.uname);
  }
  return [...names].sort();
}
