/**
 * Why is this node as it is: what keeps it from running anything, why it is to be fenced, and whether
 * it can be.
 *
 * @module
 */
import type { Node, WorkingSet } from "../model.ts";
import { canFence } from "../place/node.ts";
import { nodeMode } from "../simulate/status_text.ts";
import { healthReason, nodeReasons } from "./node_reasons.ts";
import type { Reason } from "./reason.ts";

/** One node, explained. */
export interface NodeExplanation {
  readonly node: string;
  /** `online`, `OFFLINE`, `standby`, `UNCLEAN (offline)`, ... */
  readonly state: string;
  readonly reasons: readonly Reason[];
  /** Why it is to be fenced; empty if it is not. */
  readonly fence: readonly string[];
  /** Why it cannot be fenced although it must be. */
  readonly hindered?: string;
  /** Resources that run there, as far as is known. */
  readonly runs: readonly string[];
}

/** Explains a node. @param set a working set that has been scheduled. */
export function whyNode(set: WorkingSet, node: Node): NodeExplanation {
  const health = set.options.nodeHealthStrategy === "none" ? undefined : healthReason(node);
  const fence = [
    ...new Set([
      ...node.fenceReasons.map(({ text }) => text),
      ...set.toFence.filter((one) => one.node === node).map(({ text }) => text),
    ]),
  ];
  const hindered = node.unclean && !canFence(set, node) ? hindrance(set) : undefined;
  return {
    node: node.name,
    state: nodeMode(set, node) ?? (node.online ? "online" : "OFFLINE"),
    reasons: [...nodeReasons(set, node), ...(health === undefined ? [] : [health])],
    fence,
    ...(hindered === undefined ? {} : { hindered }),
    runs: node.running.map(({ id }) => id).sort(),
  };
}

function hindrance({ options, haveStonithResource, quorate }: WorkingSet): string {
  if (!options.stonithEnabled) return "stonith-enabled is false";
  if (!haveStonithResource) return "no fencing device is configured";
  if (!quorate) return `there is no quorum, and no-quorum-policy is ${options.noQuorumPolicy}`;
  return "what it runs in cannot be fenced";
}
