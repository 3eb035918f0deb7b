/**
 * Begins a survey of the devices of this node, or of all nodes.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import { check } from "./check.ts";
import type { StonithdState } from "./state.ts";
import { endSurvey, surveyKey, surveyMs, surveysMax } from "./survey.ts";
import { type Survey, surveyDevicesMax } from "./surveyed_device.ts";

/** Milliseconds by which another node answers earlier than its asker gives it up. */
const earlierMs = 2_000;

/** Asks all devices of this node and, for a client, all members. */
export function survey(
  state: StonithdState,
  asker: Survey["asker"],
  at: number,
  out: Effect[],
): void {
  const number = ++state.lastNumber;
  const isLocal = asker.type === "local";
  const isFull = state.surveys.size >= surveysMax;
  const others = isLocal && !isFull ? state.members.filter((node) => node !== state.self) : [];
  const ids = isFull ? [] : [...state.devices.keys()].slice(0, surveyDevicesMax);
  state.surveys.set(number, {
    asker,
    nodes: new Set(others),
    devices: new Set(ids),
    answers: new Map(isFull ? [] : [[state.self, []]]),
  });
  const inMs = isLocal ? surveyMs : surveyMs - earlierMs;
  out.push({ type: "timer", name: `survey ${number}`, inMs });
  for (const node of others) {
    out.push({
      type: "send",
      to: { node, service: "stonithd" },
      message: { type: "peer", body: { type: "survey", key: surveyKey(number) } },
    });
  }
  for (const id of ids) check(state, id, { type: "survey", key: surveyKey(number) }, at, out);
  endSurvey(state, number, out);
}

/** The time of a survey is over. Whether it was such a timer. */
export function surveyDue(state: StonithdState, name: string, out: Effect[]): boolean {
  if (!name.startsWith("survey ")) return false;
  endSurvey(state, Number(name.slice("survey ".length)), out, true);
  return true;
}
