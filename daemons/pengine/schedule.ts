/**
 * The policy engine: a CIB in, a transition out. No clock but the time it is given, no IO.
 *
 * ```ts
 * import { parse } from "../../metadata/xml/mod.ts";
 * import { schedule } from "./schedule.ts";
 *
 * export function transitionFor(cib: string, nowS: number) {
 *   const { root } = parse(cib, { ignoreWhitespace: true, ignoreComments: true, trackPosition: true });
 *   return schedule(root, { nowS }).graph;
 * }
 * ```
 *
 * @module
 */
import type { Diagnostic } from "../../metadata/diagnostic.ts";
import type { XmlElement } from "../../metadata/xml/mod.ts";
import type { WorkingSet } from "./model.ts";
import type { TransitionGraph } from "../runtime/transition.ts";
import { runPolicy } from "./run.ts";
import { createTransition } from "./graph/transition.ts";
import { leaveUntraced, scoreLine, type ScoreRecord, scoresOf } from "./place/trace.ts";
import { unpack } from "./unpack/mod.ts";
import { excessesOf } from "./bounds.ts";
import { excessesOfSet } from "./bounds_of_set.ts";
import { endingEarly, Uncomputable } from "./uncomputable.ts";

/** What a run is given beside the CIB. */
export interface ScheduleOptions {
  /** Seconds since 1970. */
  readonly nowS: number;
  /** Seconds by which local time is ahead of UTC at a time; UTC by default. */
  readonly zone?: (timeS: number) => number;
  /** Whether the scores are recorded, for who asks why; they are by default. */
  readonly traced?: boolean;
}

/** What came of a run. */
export interface Scheduled {
  /** What to do. */
  readonly graph: TransitionGraph;
  /** The engine's view of the cluster, for summaries and explanations. */
  readonly set: WorkingSet;
  /** Every score at the time it decided something. */
  readonly scoreRecords: readonly ScoreRecord[];
  /** The same as lines of text. */
  readonly scores: readonly string[];
  /** What is wrong with the configuration or status, if anything. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Computes the transition that brings a cluster from where it is to where it should be.
 *
 * @throws {Uncomputable} if the CIB asks for more than can be computed in time.
 */
export function schedule(cib: XmlElement, options: ScheduleOptions): Scheduled {
  const excesses = excessesOf(cib);
  if (excesses.length > 0) throw new Uncomputable(excesses.map(({ text }) => text).join("\n"));
  const { set, graph } = endingEarly(() => {
    const set = unpack(cib, options.nowS, options.zone);
    const beyond = excessesOfSet(set);
    if (beyond.length > 0) throw new Uncomputable(beyond.map(({ text }) => text).join("\n"));
    if (options.traced === false) leaveUntraced(set);
    runPolicy(set);
    return { set, graph: createTransition(set) };
  });
  const scoreRecords = scoresOf(set);
  return {
    graph,
    set,
    scoreRecords,
    get scores() {
      return scoreRecords.map(scoreLine);
    },
    diagnostics: set.diagnostics,
  };
}
