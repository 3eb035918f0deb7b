/**
 * The CIB of a node's report, as far as it can be believed.
 *
 * @module
 */
import { parse, type XmlElement } from "@std/xml";
import type { NodeReport } from "./node_report.ts";
import type { NodeView } from "./node_view.ts";
import { withoutQuorum } from "./without_quorum.ts";

/** The document; undefined if the node gave none. */
export function believedCib(
  { cib, results }: NodeReport,
  { quorate, node, members }: NodeView,
): XmlElement | undefined {
  if (cib === undefined) return undefined;
  const { root } = parse(cib, { ignoreWhitespace: true, ignoreComments: true });
  return quorate === false ? withoutQuorum(root, { node, members, results }) : root;
}
