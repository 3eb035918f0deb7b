/**
 * The CIB of a node that has no quorum, as far as it can be believed.
 *
 * Its copy says what the cluster knew when this node lost the others. Since then nothing of them is
 * known: they are shown as lost, as they would be to a coordinator. What this node runs itself its
 * local resource manager knows: `no-quorum-policy` has probably stopped it, and nobody could write
 * that into the CIB.
 *
 * @module
 */
import type { XmlElement, XmlNode } from "../../../metadata/xml/mod.ts";
import { lrmElement } from "../../crmd/doors/status.ts";
import type { LrmResult } from "../../runtime/messages.ts";

/** What this node knows for itself. */
export interface OwnKnowledge {
  readonly node: string | undefined;
  /** The members of its view, itself among them. */
  readonly members: readonly string[];
  /** What it did; undefined if that is not known. */
  readonly results: readonly LrmResult[] | undefined;
}

/** The document with that in it. */
export function withoutQuorum(cib: XmlElement, own: OwnKnowledge): XmlElement {
  const { "dc-uuid": _, ...attributes } = cib.attributes;
  return {
    ...cib,
    attributes: { ...attributes, "have-quorum": "0" },
    children: cib.children.map((section) =>
      isNamed(section, "status")
        ? {
          ...section,
          children: section.children.map((state) =>
            isNamed(state, "node_state") ? stateOf(state, own) : state
          ),
        }
        : section
    ),
  };
}

function stateOf(state: XmlElement, { node, members, results }: OwnKnowledge): XmlElement {
  const { uname = "", id = "", in_ccm = "false" } = state.attributes;
  if (uname === node) {
    if (results === undefined) return state;
    const lrm = lrmElement(id, uname, results);
    const rest = state.children.filter((child) => !isNamed(child, "lrm"));
    return { ...state, children: [...rest, lrm] };
  }
  // A node that had left cleanly before has not been lost.
  const wasMember = in_ccm !== "false" && in_ccm !== "0";
  if (members.includes(uname) || !wasMember) return state;
  return {
    ...state,
    attributes: { ...state.attributes, in_ccm: "false", crmd: "offline", join: "down" },
  };
}

const isNamed = (node: XmlNode, name: string): node is XmlElement =>
  node.type === "element" && node.name.local === name;
