/**
 * The policy engine: a CIB in, a transition out; and, started as a program, the process that
 * answers the coordinator.
 *
 * @module
 */
export type { TransitionGraph } from "../runtime/transition.ts";
export type { ScoreRecord } from "./place/trace.ts";
export type { Diagnostic } from "../../metadata/diagnostic.ts";
export { decide } from "./decide.ts";
export { Uncomputable } from "./uncomputable.ts";
export { schedule, type Scheduled, type ScheduleOptions } from "./schedule.ts";

// Code that only computes need not load the parts of a process.
if (import.meta.main) await import("./process.ts");
