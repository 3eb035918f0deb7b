/**
 * `ha fence test`: every node asks each of its devices whether it could fence now. Nothing is fenced.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import { hostsOf } from "./reach.ts";
import type { StonithdState } from "./state.ts";
import {
  type DeviceAnswer,
  type Survey,
  surveyDetailMax,
  type SurveyedDevice,
} from "./surveyed_device.ts";

/** Milliseconds after which a node that has not answered is left out. */
export const surveyMs = 30_000;
/** Surveys under way at once at most. */
export const surveysMax = 16;
/** Where the answers of a survey go, in the questions to devices. */
export const surveyKey = (number: number): string => `${number}`;

/** A device of this node has answered. */
export function surveyed(
  state: StonithdState,
  key: string,
  answer: DeviceAnswer,
  out: Effect[],
): void {
  const survey = state.surveys.get(Number(key));
  if (survey?.devices.delete(answer.device) !== true) return;
  const device = state.devices.get(answer.device);
  const hosts = device === undefined ? [] : hostsOf(device);
  const detail = answer.detail.slice(0, surveyDetailMax);
  keep(survey, state.self, [{ ...answer, detail, hosts }]);
  endSurvey(state, Number(key), out);
}

/** Another node has answered. */
export function surveyedElsewhere(
  state: StonithdState,
  node: string,
  key: string,
  devices: readonly SurveyedDevice[],
  out: Effect[],
): void {
  const survey = state.surveys.get(Number(key));
  if (survey?.nodes.delete(node) !== true) return;
  keep(survey, node, devices);
  endSurvey(state, Number(key), out);
}

function keep(survey: Survey, node: string, devices: readonly SurveyedDevice[]): void {
  survey.answers.set(node, [...survey.answers.get(node) ?? [], ...devices]);
}

/** Answers if nothing is missing, or if the time is over. */
export function endSurvey(
  state: StonithdState,
  number: number,
  out: Effect[],
  isOver = false,
): void {
  const survey = state.surveys.get(number);
  if (survey === undefined) return;
  if (!isOver && (survey.nodes.size > 0 || survey.devices.size > 0)) return;
  state.surveys.delete(number);
  out.push({ type: "cancel", name: `survey ${number}` });
  const own = survey.answers.get(state.self) ?? [];
  if (survey.asker.type === "node") {
    const { node, key } = survey.asker;
    const body = { type: "surveyed", key, devices: own.map(plain) } as const;
    out.push({ type: "send", to: { node, service: "stonithd" }, message: { type: "peer", body } });
    return;
  }
  const { service, id } = survey.asker;
  const message: Message = {
    type: "fence/surveyed",
    id,
    silent: [...survey.nodes].sort(),
    nodes: [...survey.answers].map(([node, devices]) => ({ node, devices })),
  };
  out.push({ type: "send", to: { service }, message });
}

const plain = ({ device, ok, detail, tookMs, hosts }: SurveyedDevice) => ({
  device,
  ok,
  detail,
  tookMs,
  hosts: [...hosts],
});
