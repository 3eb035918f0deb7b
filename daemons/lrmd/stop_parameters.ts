/**
 * With what a resource is stopped: with what it was started with. Its configuration may be another
 * by now, or gone; what runs was made from the old one, and the old one finds it.
 *
 * @module
 */
import type { LrmOperation, LrmResult } from "../runtime/messages.ts";
import type { Resource } from "./state.ts";

type Parameters = LrmOperation["parameters"];

/** What belongs to the operation, and not to the resource. */
const isMeta = (name: string): boolean =>
  name.startsWith("CRM_meta_") || name === "crm_feature_set";

/** Operations after which it runs by their parameters; a monitor is a probe, which has no interval. */
const settling: ReadonlySet<string> = new Set(["start", "monitor", "reload", "reload-agent"]);

const saysThatItRuns = ({ operation: { action, intervalMs }, rc, status }: LrmResult): boolean =>
  status === 0 && rc === 0 && intervalMs === 0 && settling.has(action);

/** The parameters for the agent: those of the order, but for a stop. */
export function parametersFor(
  { history }: Resource,
  { action, parameters }: LrmOperation,
): Parameters {
  if (action !== "stop") return parameters;
  const started = [...history.values()].filter(saysThatItRuns)
    .sort((one, other) => other.callId - one.callId)[0];
  if (started === undefined) return parameters;
  const own = Object.entries(started.operation.parameters).filter(([name]) => !isMeta(name));
  const meta = Object.entries(parameters).filter(([name]) => isMeta(name));
  return Object.fromEntries([...own, ...meta]);
}
