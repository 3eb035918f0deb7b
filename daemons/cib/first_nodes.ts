/**
 * The nodes of a first CIB against those of the node configuration. A node that the CIB names and the
 * configuration forgets is a stranger to heartbeat: this node would found a cluster without it, and have
 * it fenced for not being there, while it does the same with the others.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { type Diagnostic, problem } from "../../metadata/diagnostic.ts";

/** Names that are listed at most. */
const listedMax = 10;

/** What is wrong if the CIB names nodes that are not in `nodes`. */
export function unknownNodes(root: XmlElement, nodes: readonly string[]): readonly Diagnostic[] {
  const named = inside([root], "configuration", "nodes", "node")
    .filter(({ attributes: { type = "member" } }) => type === "member" || type === "normal")
    .map(({ attributes: { uname = "" } }) => uname);
  const unknown = named.filter((name) => name !== "" && !nodes.includes(name));
  if (unknown.length === 0) return [];
  const more = unknown.length > listedMax ? ", and more" : "";
  return [problem(
    ["nodes"],
    `${unknown.slice(0, listedMax).join(", ")}${more} of the first CIB ` +
      `${unknown.length === 1 ? "is" : "are"} not among ${nodes.join(", ")}`,
    "this node would found a cluster without them, and have them fenced",
    'write the same "nodes" on every node, names as in the CIB, or remove them from the CIB',
    "HA3017",
  )];
}

/** The elements at the end of a path of tags. */
function inside(from: readonly XmlElement[], ...path: readonly string[]): readonly XmlElement[] {
  return path.reduce(
    (elements, tag) =>
      elements.flatMap(({ children }) =>
        children.filter((child): child is XmlElement =>
          child.type === "element" && child.name.raw === tag
        )
      ),
    from,
  );
}
