/**
 * What a program that is no daemon may change: the configuration, and of the status what belongs to
 * people and agents. What nodes are and run, the coordinator alone writes: from a forged
 * `node_state` it would conclude that a healthy node is lost, and have it fenced. For the same reason
 * another member writes no more than that, and what it runs itself.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { XmlElement } from "@std/xml";
import type { CibChange } from "../runtime/messages.ts";
import { elementAt, parsePath, type PathStep } from "./path.ts";
import { changesMax } from "./protocol.ts";

/** Attributes of the root that the coordinator writes. */
const coordinators: ReadonlySet<string> = new Set(["have-quorum", "dc-uuid"]);
/** Attributes of the root that are numbers of its version. */
const numbers: ReadonlySet<string> = new Set(["admin_epoch", "epoch", "num_updates"]);
/** The highest number of a version: Pacemaker reads them as 32-bit integers. */
const versionMax = 2 ** 31 - 1;
/** Sections of the status that belong to people. */
const sections: ReadonlySet<string> = new Set(["tickets", "ticket_state"]);

/** Attributes of its own state that a node writes when it leaves. */
const leaving: ReadonlySet<string> = new Set(["crmd", "join", "expected"]);

/**
 * Why a member that is not the coordinator may not make these changes; undefined: it may. Its clients
 * have been checked by its own cib, which the coordinator does not trust in this: from a result or a
 * state under the name of another node it would conclude that a resource does not run there.
 */
export function forbiddenToMember(
  root: XmlElement,
  node: string,
  changes: readonly CibChange[],
): string | undefined {
  for (const change of changes) {
    const why = forbiddenChange(change);
    if (why === undefined || isOfItself(root, node, change) || isOfNobody(change)) continue;
    return `The CIB is not changed: ${change.op} of ${change.path} by ${node}: ${why}`;
  }
  return undefined;
}

/** Whether a change is about the state of the node that makes it. */
function isOfItself(root: XmlElement, node: string, change: CibChange): boolean {
  const steps = parsePath(change.path);
  const [, section, part, child] = steps;
  if (section?.tag !== "status" || part?.tag !== "node_state") return false;
  if (elementAt(root, steps.slice(0, 3))?.attributes.uname !== node) return false;
  if (child !== undefined) return true;
  return change.op === "create" || change.op === "modify" && change.unset === undefined &&
      Object.keys(change.set ?? {}).every((name) => leaving.has(name));
}

/** Whether a change is about a part of the status that says nothing of nodes. */
function isOfNobody(change: CibChange): boolean {
  const steps = parsePath(change.path);
  const [, section, part] = steps;
  if (section?.tag !== "status") return false;
  const tag = part === undefined && change.op === "create" ? innerTag(change) : part?.tag;
  if (tag === undefined || tag === "node_state") return false;
  return change.op !== "replace" || innerTag(change) === steps.at(-1)?.tag;
}

/** Why a client may not make these changes; undefined: it may. Syntax errors are found elsewhere. */
export function forbidden(changes: readonly CibChange[]): string | undefined {
  if (changes.length > changesMax) {
    return withCode(
      "HA3012",
      `The CIB is not changed: ${changes.length} changes in one write; limit ${changesMax}. ` +
        "Fix: write them in several parts",
    );
  }
  for (const change of changes) {
    const why = forbiddenChange(change);
    if (why !== undefined) return `The CIB is not changed: ${change.op} of ${change.path}: ${why}`;
  }
  return undefined;
}

function forbiddenChange(change: CibChange): string | undefined {
  let steps: readonly PathStep[];
  try {
    steps = parsePath(change.path);
  } catch {
    return undefined;
  }
  const [root, section, part, ...below] = steps;
  if (root?.tag !== "cib") return undefined;
  if (section === undefined) return forbiddenAtRoot(change);
  const inner = innerTag(change);
  // Something else in its place would be the first status, or the first state of a node.
  const mustKeep = section.tag === "status" || part === undefined;
  if (change.op === "replace" && mustKeep && inner !== steps.at(-1)?.tag) return nodesAre;
  if (section.tag !== "status") return undefined;
  if (part === undefined) {
    return change.op === "create" && inner !== undefined && sections.has(inner)
      ? undefined
      : nodesAre;
  }
  if (sections.has(part.tag)) return undefined;
  if (part.tag !== "node_state") return nodesAre;
  const [child] = below;
  if (child === undefined) {
    return change.op === "create" && inner === "transient_attributes" ? undefined : nodesAre;
  }
  if (child.tag === "transient_attributes") return undefined;
  // What is known of a resource may be forgotten: it is probed again.
  const last = below.at(-1)?.tag;
  return child.tag === "lrm" && change.op === "delete" &&
      (last === "lrm_resource" || last === "lrm_rsc_op")
    ? undefined
    : nodesAre;
}

const nodesAre = withCode(
  "HA3018",
  "only the coordinator writes what nodes are and run. Fix: change the " +
    "configuration, transient attributes or tickets; to forget failures, ha resource cleanup NAME",
);

function forbiddenAtRoot(change: CibChange): string | undefined {
  if (change.op === "delete" || change.op === "replace") {
    return withCode(
      "HA3018",
      "the whole document holds the status of nodes. Fix: replace /cib/configuration",
    );
  }
  if (change.op === "create") {
    const inner = innerTag(change);
    return inner === undefined || inner === "status" ? nodesAre : undefined;
  }
  for (const name of [...Object.keys(change.set ?? {}), ...change.unset ?? []]) {
    if (coordinators.has(name)) {
      return withCode("HA3018", `only the coordinator writes ${name}. Fix: leave it out`);
    }
  }
  for (const [name, value] of Object.entries(change.set ?? {})) {
    if (!numbers.has(name)) continue;
    if (!/^\d{1,10}$/.test(value) || Number(value) > versionMax) {
      return withCode(
        "HA3003",
        `${name} must be a whole number from 0 to ${versionMax}. Fix: correct it`,
      );
    }
  }
  return undefined;
}

/** The tag of what is put in; undefined where it does not begin with one. */
function innerTag(change: CibChange): string | undefined {
  if (change.op !== "create" && change.op !== "replace") return undefined;
  return /^\s*<([A-Za-z_][\w.-]*)/.exec(change.xml)?.[1];
}
