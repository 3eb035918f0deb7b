/**
 * Everything that keeps a node from running anything, in the words of an administrator.
 *
 * @module
 */
import type { Node, WorkingSet } from "../model.ts";
import { scoreText } from "../place/trace.ts";
import { attributeElement } from "./elements.ts";
import type { Reason } from "./reason.ts";

/** All reasons; empty for a healthy node. */
export function nodeReasons(set: WorkingSet, node: Node): readonly Reason[] {
  const reasons: Reason[] = [];
  const add = (text: string, attribute?: string): void => {
    const element = attribute === undefined ? undefined : attributeElement(set, node, attribute);
    const text2 = element === undefined ? text : `${text} (attribute "${element}")`;
    reasons.push({ kind: "node", text: text2, ...(element === undefined ? {} : { element }) });
  };
  if (node.unclean) {
    const why = node.fenceReasons.map(({ text }) => text).join("; ");
    add(why === "" ? "the node must be fenced first" : `the node must be fenced first: ${why}`);
  }
  if (node.pending) add("the node is about to join, but has not yet");
  else if (!node.online && !node.unclean) add("the node is offline");
  if (node.standbyOnFail) {
    add("the node is in standby, because an operation with on-fail=standby failed");
  } else if (node.standby) add("the node is in standby", "standby");
  if (node.maintenance) {
    add(
      "the node is in maintenance",
      node.attributes.has("maintenance") ? "maintenance" : undefined,
    );
  }
  if (node.shutdown) add("the node is shutting down", "shutdown");
  return reasons;
}

/** The health attributes that make a score, where it is not zero. */
export function healthReason(node: Node): Reason | undefined {
  if (node.healthScore === 0) return undefined;
  const parts = [...node.attributes].filter(([name]) => name.startsWith("#health"))
    .map(([name, value]) => `${name}=${value}`);
  return {
    kind: "health",
    text: `the node's health adds up to ${scoreText(node.healthScore)}: ${parts.join(", ")}`,
    score: node.healthScore,
  };
}
