/**
 * What a call of `ha simulate` asks for, in the terms of the policy engine.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import {
  type Injections,
  localZone,
  type OperationSpec,
  parseBoolean,
  parseDate,
  parseOperationSpec,
  type SimulationRequest,
} from "../../pengine/doors/simulate.ts";
import type { Call } from "../command.ts";

/** A call, understood. */
export interface SimulateCall {
  readonly depth: SimulationRequest["depth"];
  readonly injections: Injections;
  readonly failures: readonly OperationSpec[];
  /** Seconds since 1970 to work with, and how that was written. */
  readonly time?: { readonly text: string; readonly atS: number };
  readonly quiet: boolean;
  readonly inPlace: boolean;
  readonly showScores: boolean;
  readonly showAttributes: boolean;
  readonly showFailCounts: boolean;
  readonly showUtilization: boolean;
  readonly allActions: boolean;
}

/** Understands a call, or says all that is wrong with it. */
export function requestOf({ options }: Call): SimulateCall | string {
  const given = (name: string): boolean => options[name] === true;
  const text = (name: string): string | undefined => {
    const value = options[name];
    return typeof value === "string" ? value : undefined;
  };
  const list = (name: string): readonly string[] => {
    const value = options[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  };
  const problems: string[] = [];
  const failures: OperationSpec[] = [];
  for (const spec of list("op-fail").map(parseOperationSpec)) {
    if (typeof spec === "string") problems.push(spec);
    else failures.push(spec);
  }
  for (const spec of list("op-inject").map(parseOperationSpec)) {
    if (typeof spec === "string") problems.push(spec);
  }
  const timeText = text("set-datetime");
  const atS = timeText === undefined ? undefined : parseDate(timeText, localZone);
  if (timeText !== undefined && atS === undefined) {
    problems.push(
      `Cannot read the time "${timeText}": write it as ISO 8601, for example 2026-11-23 13:30:00Z`,
    );
  }
  const quorum = text("quorum");
  const watchdog = text("watchdog");
  problems.push(...unreadable({ quorum, watchdog }));
  if (problems.length > 0) return problems.join("\n");
  const artifact = text("save-graph") ?? text("save-dotfile");
  return {
    depth: given("simulate") || given("in-place") || text("save-output") !== undefined
      ? "simulate"
      : given("run") || given("show-scores") || given("show-utilization") || artifact !== undefined
      ? "run"
      : "status",
    injections: {
      ...(quorum === undefined ? {} : { quorum }),
      ...(watchdog === undefined ? {} : { watchdog }),
      nodesUp: list("node-up"),
      nodesDown: list("node-down"),
      nodesFailed: list("node-fail"),
      ticketsGranted: list("ticket-grant"),
      ticketsRevoked: list("ticket-revoke"),
      ticketsStandby: list("ticket-standby"),
      ticketsActive: list("ticket-activate"),
      operations: list("op-inject"),
    },
    failures,
    ...(timeText === undefined || atS === undefined ? {} : { time: { text: timeText, atS } }),
    quiet: given("quiet"),
    inPlace: given("in-place"),
    showScores: given("show-scores"),
    showAttributes: given("show-attrs"),
    showFailCounts: given("show-failcounts"),
    showUtilization: given("show-utilization"),
    allActions: given("all-actions"),
  };
}

/** What is neither yes nor no would be taken for a no. */
const unreadable = (given: Readonly<Record<string, string | undefined>>): readonly string[] =>
  Object.entries(given).flatMap(([name, value]) =>
    value === undefined || parseBoolean(value) !== undefined
      ? []
      : [`Cannot read --${name} "${value}": write true or false`]
  );

/**
 * The time to work with: the one asked for, else the one at which the CIB was handed to a policy
 * engine, else now.
 */
export function timeOf(
  cib: XmlElement,
  call: Pick<SimulateCall, "time">,
  clockS: number,
): Pick<SimulationRequest, "nowS" | "timeNote"> {
  if (call.time !== undefined) {
    return {
      nowS: call.time.atS,
      timeNote: `Setting effective cluster time: ${call.time.text}`,
    };
  }
  const executed = Number(cib.attributes["execution-date"] ?? NaN);
  if (!Number.isInteger(executed) || executed <= 0) return { nowS: clockS };
  const date = new Date(executed * 1000).toISOString().slice(0, 19).replace("T", " ");
  return { nowS: executed, timeNote: `Using the original execution date of: ${date}Z` };
}
