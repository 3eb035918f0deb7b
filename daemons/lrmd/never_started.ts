/**
 * What an agent says that cannot use its configuration, about something that was never started.
 *
 * An agent that finds its parameters wrong, or its program missing, often says so to every question,
 * to a probe and to a stop too. A probe is then taken to say that it does not run, and a stop to have
 * nothing to do: otherwise the node would be fenced for a mistake in the configuration, and the next
 * one after it.
 *
 * @module
 */
import type { RaResult } from "../../plugins/handler/ra/contract.ts";
import type { LrmOperation, LrmResult } from "../runtime/messages.ts";
import { noSecretsStatus } from "./protocol.ts";

/** OCF: wrong arguments, not installed, not configured. Nothing was tried. */
const refusals: ReadonlySet<number> = new Set([2, 5, 6]);

const isRefusal = ({ rc, status }: Pick<LrmResult, "rc" | "status">): boolean =>
  (status === 0 || status === noSecretsStatus) && refusals.has(rc);

/** Whether it runs, or may run, by the last results of one resource. */
export function mayRun(history: Iterable<LrmResult>): boolean {
  let may = false;
  for (const result of [...history].sort((one, other) => one.callId - other.callId)) {
    const { operation: { action, intervalMs }, rc, status } = result;
    if (isRefusal(result)) continue;
    switch (action) {
      case "stop":
      case "migrate_to":
        if (status === 0 && rc === 0) may = false;
        break;
      case "monitor":
        // A repetition that finds nothing tells of a failure, of which something may be left.
        if (intervalMs === 0) may = !(status === 0 && rc === 7);
        else may = true;
        break;
      case "notify":
      case "meta-data":
      case "validate-all":
        break;
      default:
        may = true;
    }
  }
  return may;
}

/**
 * The outcome as it is to count; undefined: as the agent says.
 *
 * Of what may run here a probe without an agent does not say that it is stopped: it would be started
 * on another node too. That nothing is known of it is an error.
 */
export function outcomeOfNothing(
  { action, intervalMs }: LrmOperation,
  { rc, timedOut, output }: RaResult,
  history: Iterable<LrmResult>,
): RaResult | undefined {
  if (timedOut || !refusals.has(rc)) return undefined;
  if (action !== "stop" && !(action === "monitor" && intervalMs === 0)) return undefined;
  if (mayRun(history)) {
    return action === "stop"
      ? undefined
      : { rc: 1, timedOut: false, output: `it may run here; the agent says ${rc}: ${output}` };
  }
  // Policies know what a probe means whose agent is not installed, and place nothing there.
  if (action === "monitor" && rc !== 6) return undefined;
  return {
    rc: action === "stop" ? 0 : 7,
    timedOut: false,
    output: `nothing was started here; the agent says ${rc}: ${output}`,
  };
}
