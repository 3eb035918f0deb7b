/**
 * What the cluster will do about a change: the next transition with it, beside the one without it.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { schedule } from "../../pengine/doors/engine.ts";
import { brokenBy } from "../../pengine/doors/dialect.ts";
import { primitivesOf, type WorkingSet } from "../../pengine/doors/model.ts";
import { localZone, transitionSummary } from "../../pengine/doors/simulate.ts";

/** What follows from a change. */
export interface Preview {
  /** Lines of the transition summary that the change adds: `  * Start web ( bob )`. */
  readonly lines: readonly string[];
  /** Lines that it has with the change and without it, as after a failure. */
  readonly anyway: readonly string[];
  /** Resources that run now, will not run, and would without the change. */
  readonly stopped: readonly string[];
  /** Nodes that are fenced because of it. */
  readonly fenced: readonly string[];
  /** Why the configuration language refuses it. */
  readonly refused: readonly string[];
  /** What has no effect. */
  readonly warnings: readonly string[];
}

/** Compares. @param nowS seconds since 1970. */
export function previewOf(before: XmlElement, after: XmlElement, nowS: number): Preview {
  const found = brokenBy(before, after);
  const textOf = ({ path, message }: typeof found[number]) => `${path}: ${message}`;
  const refused = found.filter(({ severity }) => severity === "error").map(textOf);
  const warnings = found.filter(({ severity }) => severity !== "error").map(textOf);
  if (refused.length > 0) {
    return { lines: [], anyway: [], stopped: [], fenced: [], refused, warnings };
  }
  const old = planOf(before, nowS);
  const now = planOf(after, nowS);
  return {
    lines: now.lines.filter((line) => !old.lines.includes(line)),
    anyway: now.lines.filter((line) => old.lines.includes(line)),
    stopped: [...now.stopped].filter((id) => !old.stopped.has(id)).sort(),
    fenced: [...now.fenced].filter((node) => !old.fenced.has(node)).sort(),
    refused,
    warnings,
  };
}

function planOf(cib: XmlElement, nowS: number) {
  const { set } = schedule(cib, { nowS, zone: localZone });
  const lines = transitionSummary(set);
  return { lines, stopped: stoppedIn(set), fenced: fencedIn(set) };
}

/** Primitives that run now, are stopped by the transition, and are started by it nowhere. */
function stoppedIn(set: WorkingSet): ReadonlySet<string> {
  const found = new Set<string>();
  for (const resource of set.resources.flatMap((top) => [...primitivesOf(top)])) {
    const runs = resource.runningOn.some(({ online }) => online);
    if (!runs || !resource.managed) continue;
    const happens = (task: string) =>
      resource.actions.some((one) => one.task === task && !one.optional && one.runnable);
    if (happens("stop") && !happens("start")) found.add(resource.id);
  }
  return found;
}

const fencedIn = (set: WorkingSet): ReadonlySet<string> =>
  new Set(
    set.actions.filter(({ task, optional, node }) =>
      task === "stonith" && !optional && node !== undefined
    )
      .map(({ node }) => node?.name ?? ""),
  );
