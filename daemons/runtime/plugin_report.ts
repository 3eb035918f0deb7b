/**
 * The plugins of a process, reported on request on this node: each process with a loader offers it
 * as one more service, beside those of its machines.
 *
 * @module
 */
import type { Loader, TreeNode } from "../../pils/loader_types.ts";
import type { Json, Message } from "./messages.ts";

const prefix = "plugins@";

/** Name of the service of a process. */
export const reportOf = (process: string): string => `${prefix}${process}`;

/** The process that a service tells of; undefined if it is another kind of service. */
export function reportedBy(service: string): string | undefined {
  return service.startsWith(prefix) ? service.slice(prefix.length) : undefined;
}

/** The answer to a message; undefined if it asks nothing. */
export function report(loader: Loader, message: Message): Message | undefined {
  if (message.type !== "status/query") return undefined;
  return { type: "status/answer", id: message.id, status: loader.tree().map(plain) };
}

function plain({ permissions, children, ...node }: TreeNode): Json {
  return {
    ...node,
    permissions: Object.fromEntries(Object.entries(permissions)),
    children: children.map(plain),
  };
}
