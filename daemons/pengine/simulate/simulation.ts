/**
 * A whole simulation: what is, what is made to happen, what the policy decides, what comes of it.
 *
 * Its report has the sections people know: current status, requested modifications, transition
 * summary, executing, revised status.
 *
 * @module
 */
import type { Diagnostic } from "../../../metadata/diagnostic.ts";
import { printableLine } from "../../../metadata/printable.ts";
import type { XmlElement } from "@std/xml";
import type { Resource, WorkingSet } from "../model.ts";
import { schedule, type Scheduled } from "../schedule.ts";
import { unpack } from "../unpack/mod.ts";
import { editableCib } from "./cib_edit.ts";
import { execute, resourceNames } from "./execute.ts";
import { inject, type Injections, isEmpty } from "./inject.ts";
import { instanceCounts } from "./instance_counts.ts";
import type { OperationSpec } from "./operation_spec.ts";
import { type StatusDetails, statusDetails } from "./status_details.ts";
import { statusText } from "./status_text.ts";
import { transitionSummary } from "./transition_summary.ts";

/** What to simulate. */
export interface SimulationRequest {
  readonly cib: XmlElement;
  /** Seconds since 1970. */
  readonly nowS: number;
  /** Seconds by which local time is ahead of UTC at a time; UTC by default. */
  readonly zone?: (timeS: number) => number;
  /** A line on where that time is from; it stands above each status. */
  readonly timeNote?: string;
  readonly injections?: Injections;
  /** Results that differ from what the transition expects. */
  readonly failures?: readonly OperationSpec[];
  /** `status`: only show it; `run`: decide too; `simulate`: play the transition as well. */
  readonly depth: "status" | "run" | "simulate";
  /** What the status is to tell beyond nodes and resources. */
  readonly details?: StatusDetails;
}

/** What came of it. */
export interface Simulation {
  /** The CIB with what was made to happen. */
  readonly input: XmlElement;
  readonly scheduled?: Scheduled;
  /** The CIB after the transition. */
  readonly output?: XmlElement;
  readonly report: string;
  readonly diagnostics: readonly Diagnostic[];
  /** What was asked for and could not be done. */
  readonly problems: readonly string[];
}

/** Simulates. The CIB that was given is left as it is. */
export function simulate(request: SimulationRequest): Simulation {
  const { nowS, timeNote, depth, details = {}, zone } = request;
  const status = (of: WorkingSet): readonly string[] => [
    ...statusText(of),
    ...statusDetails(of, details),
  ];
  const note = timeNote === undefined ? [] : [timeNote];
  const problems: string[] = [];
  const sections: string[][] = [];

  let set = unpack(request.cib, nowS, zone);
  const preamble = preambleOf(set);
  sections.push([...note, ...preamble, "Current cluster status:", ...status(set)]);

  let input = request.cib;
  if (request.injections !== undefined && !isEmpty(request.injections)) {
    const cib = editableCib(input);
    const done = inject(cib, request.injections, agentsOf(set), nowS);
    input = cib.root;
    problems.push(...done.problems);
    sections.push(["Performing Requested Modifications:", ...done.lines, ...note]);
    set = unpack(input, nowS, zone);
  }
  const finish = (rest: Partial<Simulation>): Simulation => ({
    input,
    report: sections.map((lines) => lines.map(printableLine).join("\n") + "\n").join("\n"),
    diagnostics: set.diagnostics,
    problems,
    ...rest,
  });
  if (depth === "status") return finish({});

  const scheduled = schedule(input, { nowS, ...(zone === undefined ? {} : { zone }) });
  sections.push(["Transition Summary:", ...transitionSummary(scheduled.set)]);
  if (depth === "run") return finish({ scheduled, diagnostics: scheduled.diagnostics });

  const cib = editableCib(input);
  const names = resourceNames(scheduled.set);
  const played = execute(cib, scheduled.graph, {
    nowS,
    known: (name) => names.has(name),
    ...(request.failures === undefined ? {} : { failures: request.failures }),
  });
  if (played.unreached.length > 0 && !played.failed) {
    problems.push(
      `The transition stopped before ${played.unreached.length} of its actions, for what they ` +
        `wait for never happens: ${
          played.unreached.map((action) => action.operationKey).join(" ")
        }`,
    );
  }
  sections.push(["Executing Cluster Transition:", ...played.lines, ...note]);
  sections.push(["Revised Cluster Status:", ...status(settled(unpack(cib.root, nowS, zone)))]);
  return finish({ scheduled, output: cib.root, diagnostics: scheduled.diagnostics });
}

/** After a transition nothing is under way any more, whatever the history recorded before it. */
function settled(set: WorkingSet): WorkingSet {
  for (const resource of set.resourceById.values()) delete resource.pendingTask;
  return set;
}

/** What is to be said before the status: that the cluster leaves things alone. */
function preambleOf(set: WorkingSet): readonly string[] {
  const lines: string[] = [];
  if (set.options.maintenanceMode) {
    lines.push(
      "",
      "              *** Resource management is DISABLED ***",
      "  The cluster will not attempt to start, stop or recover services",
    );
  }
  const { all, disabled, blocked } = instanceCounts(set);
  if (disabled > 0 || blocked > 0) {
    if (lines.length > 0) lines.push("");
    lines.push(
      `${disabled} of ${all} resource instances DISABLED and ${blocked} BLOCKED ` +
        `from further action due to failure`,
    );
  }
  return lines.length === 0 ? [] : [...lines, ""];
}

function agentsOf(set: WorkingSet): (id: string) => Resource["agent"] {
  return (id) => set.resourceById.get(id)?.agent ?? byHistory(set).get(id)?.agent;
}

const byHistory = (set: WorkingSet): ReadonlyMap<string, Resource> =>
  new Map([...set.resourceById.values()].map((resource) => [resource.historyId, resource]));
