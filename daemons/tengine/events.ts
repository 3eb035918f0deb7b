/**
 * What a change of the CIB means for the current graph: results of operations, what the graph's own
 * actions do to the CIB, and everything else.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { readCib } from "../cib/doors/document.ts";
import { parsePath, type PathStep } from "../cib/doors/path.ts";
import type { CibChange } from "../runtime/messages.ts";

/** A record of an operation that has come into the CIB. */
export interface OperationRecord {
  readonly nodeId: string;
  readonly resource: string;
  readonly task: string;
  readonly intervalMs: number;
  readonly key: string;
  readonly rc: number;
  readonly status: number;
  /** It is the copy that is kept as the last failure. */
  readonly isFailureCopy: boolean;
}

/** What a change is. */
export type Happening =
  | { readonly type: "results"; readonly records: readonly OperationRecord[] }
  /** Something of a node's state that is no result. */
  | { readonly type: "node"; readonly nodeId: string; readonly change: CibChange }
  /** History that was taken away, as the end of a monitor does: no news for a graph. */
  | { readonly type: "cleared" }
  | { readonly type: "other"; readonly what: string };

/** Says what a change of the CIB is. */
export function happeningOf(change: CibChange): Happening {
  const steps = parsePath(change.path);
  const [, section, node, lrm, , resource] = steps;
  if (section?.tag !== "status") return { type: "other", what: `change of ${change.path}` };
  if (node?.tag !== "node_state" || node.id === undefined) {
    if (change.op !== "create") return { type: "other", what: `change of ${change.path}` };
    const made = readCib(change.xml);
    return made.name.raw === "node_state"
      ? { type: "node", nodeId: made.attributes.id ?? "", change }
      : { type: "other", what: `a new ${made.name.raw} in the status` };
  }
  if (lrm?.tag !== "lrm") return { type: "node", nodeId: node.id, change };
  if (change.op === "delete") {
    return steps.length > 4 ? { type: "cleared" } : { type: "node", nodeId: node.id, change };
  }
  if (change.op !== "create") return { type: "node", nodeId: node.id, change };
  return { type: "results", records: recordsOf(node.id, resource, readCib(change.xml)) };
}

function recordsOf(
  nodeId: string,
  resource: PathStep | undefined,
  made: XmlElement,
): OperationRecord[] {
  if (made.name.raw === "lrm_rsc_op") {
    const { attributes } = made;
    const intervalMs = Number(attributes.interval ?? "0");
    return [{
      nodeId,
      resource: resource?.id ?? "",
      task: attributes.operation ?? "",
      intervalMs,
      key: attributes["transition-key"] ?? "",
      rc: Number(attributes["rc-code"]),
      status: Number(attributes["op-status"]),
      isFailureCopy: (attributes.id ?? "").endsWith("_last_failure_0"),
    }];
  }
  const inner = made.name.raw === "lrm_resource"
    ? { tag: "lrm_resource", id: made.attributes.id ?? "" }
    : resource;
  return made.children.flatMap((child) =>
    child.type === "element" ? recordsOf(nodeId, inner, child) : []
  );
}
