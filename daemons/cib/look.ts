/**
 * What this node sees of a write without asking for meta-data: whether it may be read at all, whether its
 * configuration can be understood and computed, which agents it touches. A user whom rules limit hears
 * only of what that user may read.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { brokenBy, isRefused, type Placed } from "../pengine/doors/dialect.ts";
import type { CibChange } from "../runtime/messages.ts";
import { alsoSeen, hidden } from "./access/write.ts";
import { uncomputable } from "./computable.ts";
import { brokenText, warningsOf } from "./language.ts";
import { openSecrets } from "./open_secrets.ts";
import { warningsMax } from "./protocol.ts";
import type { Checking } from "./state.ts";
import { Work } from "./work.ts";
import { agentsMax, agentsTouched } from "./written_parameters.ts";

/** Why changes are not even read. */
export function excessOf(changes: readonly CibChange[]): string | undefined {
  try {
    new Work().expect(changes);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** What this node sees of a write without asking for meta-data: why it is refused, if it is. */
export function look(
  checking: Checking,
  trees: NonNullable<Checking["trees"]>,
  changes: readonly CibChange[],
  work: Work,
): string | undefined {
  const { before, after } = trees;
  const { seen } = checking;
  try {
    work.look(after, changes);
  } catch (error) {
    return messageOf(error);
  }
  // Before anything that takes longer for more resources.
  const refusal = uncomputable(before, after);
  if (refusal !== undefined) {
    return seen === undefined || uncomputable(seen.before, seen.after) === refusal
      ? refusal
      : hidden;
  }
  const all = brokenBy(before, after);
  const broken = seen === undefined ? all : brokenIn(all, brokenBy(seen.before, seen.after));
  if (isRefused(all)) return isRefused(broken) ? brokenText(broken, changes) : hidden;
  const secrets = openSecrets(before, after);
  warn(checking, [
    ...warningsOf(broken),
    ...(seen === undefined ? secrets : alsoSeen(secrets, openSecrets(seen.before, seen.after))),
  ]);
  checking.trees = trees;
  checking.agents = agentsTouched(before, after);
  if (checking.agents.length <= agentsMax) return undefined;
  return withCode(
    "HA3012",
    `The CIB is not changed: this change concerns ${checking.agents.length} ` +
      `different agents; limit ${agentsMax}. Fix: write it in several parts`,
  );
}

/** Findings that the part of the document shows which the user sees. */
const brokenIn = (all: readonly Placed[], seen: readonly Placed[]): readonly Placed[] =>
  all.filter((one) =>
    seen.some(({ path, message }) => path === one.path && message === one.message)
  );

/** Keeps warnings for the answer, as many as it may have. */
export function warn({ warnings }: Checking, more: readonly string[]): void {
  warnings.push(...more.slice(0, warningsMax - warnings.length));
}
