/**
 * The policy engine itself: a CIB in, a transition out. Its process loads it in a thread alone.
 *
 * @module
 */
export type { TransitionGraph } from "../../runtime/transition.ts";
export type { ScoreRecord } from "../place/trace.ts";
export type { Diagnostic } from "../../../metadata/diagnostic.ts";
export { decide } from "../decide.ts";
export { Uncomputable } from "../uncomputable.ts";
export { schedule, type Scheduled, type ScheduleOptions } from "../schedule.ts";
