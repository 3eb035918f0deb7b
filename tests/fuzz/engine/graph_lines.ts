/**
 * Graphs as lines that can be compared: without numbers, order, and what no one can see.
 *
 * @module
 */
import { parse } from "../../../metadata/xml/mod.ts";
import { child, children, type XmlElement } from "../../../daemons/pengine/unpack/xml.ts";

/**
 * Each action, its place, its priority and what it waits for. What waits for something that is not
 * in the graph never begins, and makes no difference.
 */
export function graphLines(graph: string): readonly string[] {
  const { root } = parse(graph, { ignoreWhitespace: true });
  let left = children(root, "synapse").flatMap((synapse) => {
    const [action] = children(child(synapse, "action_set"));
    const waits = children(child(synapse, "inputs")).flatMap((trigger) => children(trigger))
      .map(nameOf).sort();
    const priority = synapse.attributes.priority ?? "0";
    return action === undefined ? [] : [{ name: nameOf(action), priority, waits }];
  });
  for (let before = -1; before !== left.length;) {
    before = left.length;
    const names = new Set(left.map(({ name }) => name));
    left = left.filter(({ waits }) => waits.every((one) => names.has(one)));
  }
  return left.map(({ name, priority, waits }) => `${name} [${priority}] <- ${waits.join(", ")}`)
    .sort();
}

/** The lines of one list that the other does not have as often. */
export function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

function nameOf({ attributes }: XmlElement): string {
  const { operation, operation_key: key, internal_operation_key: internal, on_node: node } =
    attributes;
  return `${operation} ${internal ?? key} @${node ?? ""}`;
}
