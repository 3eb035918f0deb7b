/**
 * Why a resource may not be touched, and what to do about it.
 *
 * @module
 */
import type { Resource, WorkingSet } from "../model.ts";
import { canFence } from "../place/node.ts";
import { findOperation, operationOptions } from "../unpack/mod.ts";
import { type FailedOperation, failedOperation, failedText, failuresOf } from "./failure.ts";
import { listed } from "./reason.ts";

/** What blocks a resource. */
export interface Blocked {
  /** A sentence without a dot. */
  readonly text: string;
  /** The operation that failed, where that is the reason. */
  readonly failed?: FailedOperation;
  /** What to do, in sentences. */
  readonly fix: string;
  /** The command that clears it, where there is one. */
  readonly command?: string;
}

/** What blocks it; undefined if nothing does. */
export function blockedBy(set: WorkingSet, resource: Resource): Blocked | undefined {
  if (!resource.blocked) return undefined;
  return byFailure(set, resource) ?? byActivity(resource) ?? byTicket(resource) ??
    {
      text: "the cluster does not manage it",
      fix: "check the group or clone that it belongs to, and the log",
    };
}

/** An operation failed whose failure blocks: it says so itself, or nothing can be fenced for it. */
function byFailure(set: WorkingSet, resource: Resource): Blocked | undefined {
  for (const failure of failuresOf(set, resource).toReversed()) {
    const { node, entry: { task, intervalMs } } = failure;
    const operation = findOperation(resource, task, intervalMs, true);
    const { onFail } = operationOptions(set, resource, task, intervalMs, operation);
    const unstoppable = task === "stop" && !canFence(set, node);
    if (onFail !== "block" && !unstoppable) continue;
    const failed = failedOperation(failure);
    const written = operation?.element.attributes["on-fail"] === "block";
    const id = operation?.element.attributes.id ?? "";
    const why = written
      ? `operation "${id}" has on-fail=block`
      : task === "stop"
      ? `what cannot be stopped must be fenced, and ${withoutFencing(set)}`
      : "its on-fail is block";
    const command = `ha resource cleanup ${resource.id} ${node.name}`;
    return {
      text: `${failedText(failed)}. It is blocked, because ${why}`,
      failed,
      fix: task === "stop"
        ? `make sure that it does not run on ${node.name} any more, then run: ${command}`
        : `remove the cause on ${node.name}, then run: ${command}`,
      command,
    };
  }
  return undefined;
}

function withoutFencing({ options, haveStonithResource, quorate }: WorkingSet): string {
  if (!options.stonithEnabled) return "stonith-enabled is false";
  if (!haveStonithResource) return "no fencing device is configured";
  return quorate ? "the node cannot be fenced" : "there is no quorum to fence with";
}

function byActivity({ id, runningOn, multipleActive }: Resource): Blocked | undefined {
  if (runningOn.length < 2 || multipleActive !== "block") return undefined;
  const nodes = runningOn.map(({ name }) => name);
  return {
    text: `it runs on ${listed(nodes)} at once, and its multiple-active is block`,
    fix: `stop it by hand on all nodes but one, then run: ha resource cleanup ${id}`,
    command: `ha resource cleanup ${id}`,
  };
}

function byTicket({ tickets }: Resource): Blocked | undefined {
  const frozen = tickets.find(({ ticket, lossPolicy }) =>
    lossPolicy === "freeze" && (!ticket.granted || ticket.standby)
  );
  if (frozen === undefined) return undefined;
  const { id, ticket } = frozen;
  return {
    text: `ticket "${ticket.id}" is ${ticket.granted ? "in standby" : "not granted here"}, and ` +
      `constraint "${id}" has loss-policy=freeze`,
    fix: `grant ticket "${ticket.id}"`,
  };
}
