/**
 * Whether a node may be forgotten: it is down, and that for sure.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { Draft } from "../document/draft.ts";
import { childrenOf } from "../document/element.ts";
import { Problems } from "../problems.ts";

/** What the status says of a node. */
export const stateOf = (cib: XmlElement, node: string): XmlElement | undefined =>
  childrenOf(new Draft(cib).status, "node_state").find(({ attributes }) =>
    attributes.uname === node
  );

/** Why it cannot be forgotten now. */
export function whyNotForgotten(cib: XmlElement, node: string): Problems {
  const problems = new Problems();
  const draft = new Draft(cib);
  const state = stateOf(cib, node);
  if (draft.node(node) === undefined && state === undefined) {
    problems.missing("node", node, draft.nodeNames());
    return problems;
  }
  const { in_ccm: isMember, expected } = state?.attributes ?? {};
  if (isMember === "true") {
    problems.impossible(`"${node}" is a member. Fix: stop it first`);
  } else if (state !== undefined && expected !== "down") {
    problems.impossible(
      `"${node}" is not down for sure: it may still run resources. Fix: wait until it is fenced, ` +
        "or start it and stop it cleanly",
    );
  }
  return problems;
}
