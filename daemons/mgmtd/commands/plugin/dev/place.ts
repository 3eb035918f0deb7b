/**
 * Where a plugin has its place on a node: what configures it, which process loads it, and what has to
 * restart to load it again.
 *
 * @module
 */
import { descriptions, type ProcessName } from "../../../../processes.ts";
import type { ProcessDescription } from "../../../../site/description.ts";

/** On a node, or why there is no place on one. */
export type Place =
  | {
    readonly type: "node";
    /** As what the node uses it, in words. */
    readonly as: string;
    /** The process that loads it. */
    readonly process: ProcessName;
    /**
     * What restarts: this process alone, or the node where everything else of it depends on that
     * process.
     */
    readonly restarts: "process" | "node";
  }
  | { readonly type: "loader"; readonly why: string };

/** A plugin, as far as its place follows from it. */
export interface Placed {
  readonly kind: string;
  readonly name: string;
  /** Comes with the project. */
  readonly shipped: boolean;
}

/** What a node loads whatever its configuration says. */
const always: ReadonlyMap<string, ProcessName> = new Map(
  descriptions.flatMap(({ name, plugins }: ProcessDescription & { readonly name: ProcessName }) =>
    (plugins?.always ?? []).map((id) => [id, name] as const)
  ),
);

/** The place of a plugin. */
export function placeOf({ kind, name, shipped }: Placed): Place {
  const whole = { type: "node", restarts: "node" } as const;
  switch (kind) {
    case "stonith":
      return { type: "node", as: "a fencing device", process: "stonithd", restarts: "process" };
    case "ra":
      return { type: "node", as: "a class of agents", process: "lrmd", restarts: "process" };
    case "medium":
      return { ...whole, as: "a link", process: "heartbeat" };
    case "auth":
    case "compression":
    case "encoding":
    case "quorum": {
      const process = always.get(`${kind}/${name}`);
      if (shipped && kind === "auth") {
        return { ...whole, as: "what signs its packets", process: "heartbeat" };
      }
      if (shipped && process !== undefined) {
        return { ...whole, as: "what every node loads", process };
      }
      const daemon = kind === "quorum" ? "cluster" : "heartbeat";
      return {
        type: "loader",
        why: shipped
          ? "the configuration of a cluster of one node cannot name it"
          : `${daemon} calls plugins of kind ${kind} within itself, without waiting, and so takes ` +
            "none but those of the project: a stranger's is always a process of its own",
      };
    }
    case "watchdog":
      return {
        type: "loader",
        why: "its node is killed in the end, and an armed watchdog could reset this machine",
      };
    case "handler":
      return { type: "loader", why: "a handler is loaded with the first plugin of its kind" };
    default:
      return { type: "loader", why: `no daemon uses plugins of kind ${kind} yet` };
  }
}
