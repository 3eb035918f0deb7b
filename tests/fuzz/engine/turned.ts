/**
 * The same CIB with parts in another order, where the order means nothing.
 *
 * @module
 */
import { stringify } from "@std/xml";
import { parse, type XmlElement } from "../../../metadata/xml/mod.ts";
import { writeGraph } from "../../../daemons/pengine/graph/graph_xml.ts";
import { schedule } from "../../../daemons/pengine/doors/engine.ts";
import { editableCib, type EditableElement } from "../../../daemons/pengine/simulate/cib_edit.ts";
import type { TransitionGraph } from "../../../daemons/runtime/transition.ts";
import { graphLines, without } from "./graph_lines.ts";

/** What of a graph follows the order of options, locations and recorded operations, in words. */
export function followsOrder(
  cib: XmlElement,
  graph: TransitionGraph,
  at: { readonly nowS: number },
): readonly string[] {
  const { root } = editableCib(cib);
  turn(root);
  const turned = parse(stringify(root), { ignoreWhitespace: true, ignoreComments: true }).root;
  const lines = graphLines(writeGraph(graph));
  const now = graphLines(writeGraph(schedule(turned, at).graph));
  return [...without(lines, now), ...without(now, lines)]
    .map((line) => `follows the order in the CIB: ${line}`);
}

/** Pairs, locations and recorded operations stand the other way round. */
function turn(element: EditableElement): void {
  for (const name of ["nvpair", "rsc_location", "lrm_rsc_op"]) {
    const places = [...element.children.keys()].filter((n) => {
      const item = element.children[n];
      return item?.type === "element" && item.name.local === name;
    });
    const items = places.map((n) => element.children[n]!).toReversed();
    for (const [n, place] of places.entries()) element.children[place] = items[n]!;
  }
  for (const item of element.children) if (item.type === "element") turn(item);
}
