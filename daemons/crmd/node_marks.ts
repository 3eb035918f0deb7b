/**
 * Permanent attributes of nodes by which a command asks for something that goes on without it. The
 * value is the incarnation that is meant: of a later life of the node a mark says nothing.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { elementAt } from "../cib/doors/path.ts";
import { elements } from "./elements.ts";
import { incarnationAttribute, stateOf } from "./node_states.ts";

/** The node leaves the cluster for good: once it is down for sure, the others forget it. */
export const leavesMark = "ha-leaves";

/** The node stops cleanly, and starts again. */
export const restartsMark = "ha-restarts";

/**
 * The node has its turn in a rolling restart, which is over for it when this is removed. Behind the
 * incarnation stands `/standby` if it was in standby before.
 */
export const dueMark = "ha-restart-due";

/** A node of the CIB whose present life, or its last one, has a mark. */
interface Marked {
  readonly node: string;
  /** What the status says of it. */
  readonly state: XmlElement;
}

/** Nodes with a mark. */
export function markedNodes(root: XmlElement, mark: string): readonly Marked[] {
  return elements(elementAt(root, "/cib/configuration/nodes"), "node").flatMap((element) => {
    const { uname = "" } = element.attributes;
    const value = markOf(element, mark);
    const state = stateOf(root, uname);
    return value !== undefined && state?.attributes[incarnationAttribute] === value
      ? [{ node: uname, state }]
      : [];
  });
}

function markOf(node: XmlElement, mark: string): string | undefined {
  return elements(node, "instance_attributes").flatMap((set) => elements(set, "nvpair"))
    .find(({ attributes }) => attributes.name === mark)?.attributes.value;
}
