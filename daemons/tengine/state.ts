/**
 * What the transition engine knows while it walks a graph.
 *
 * @module
 */
import type { Replica } from "../cib/doors/document.ts";
import type { Effect } from "../runtime/machine.ts";
import type { CibVersion, Message, View } from "../runtime/messages.ts";
import type { Synapse, TransitionGraph } from "../runtime/transition.ts";

/** Milliseconds beyond an operation's own timeout that its result may take to get here. */
export const resultDelayMs = 60_000;

/** Actions in progress at once at most, whatever the graph says. */
export const underwayMax = 4_096;

/** Where one action stands. */
export type ActionState =
  | { readonly type: "waiting" }
  | {
    readonly type: "underway";
    /** Life of the node that must do it. */
    readonly incarnation?: number;
  }
  | { readonly type: "done" }
  | { readonly type: "failed" };

/** One action of the current graph. */
export interface Step {
  readonly synapse: Synapse;
  /** Inputs that are not done yet. */
  missing: number;
  /** Actions that wait for this one. */
  readonly next: Step[];
  state: ActionState;
}

/** A graph in progress. */
export interface Run {
  readonly graph: TransitionGraph;
  readonly view: number;
  readonly steps: ReadonlyMap<number, Step>;
  /** Pseudo-actions that are due; no daemon carries them out. */
  readonly marks: Step[];
  /** Ready to begin; once `sorted`, the next one is the last. */
  readonly ready: Step[];
  sorted: boolean;
  underway: number;
  /** Recurring operations among them. */
  recurring: number;
  /** Why nothing new is begun any more. */
  aborted: string | undefined;
  fencingFailed: boolean;
}

/** Everything a tengine knows. */
export interface TengineState {
  self: string;
  wallOffsetMs: number;
  /** Names this life of this tengine in transition keys. */
  uuid: string;
  lastId: number;
  readonly replica: Replica;
  view: View | undefined;
  run: Run | undefined;
  /** The last change of the CIB that no action of a graph explains. */
  foreign: CibVersion | undefined;
}

/** `action:transition:target-rc:uuid`, which an operation's result carries back. */
export function transitionKey(state: TengineState, run: Run, step: Step): string {
  const { action } = step.synapse;
  const targetRc = action.attributes.CRM_meta_op_target_rc ?? "0";
  return `${action.id}:${run.graph.transitionId}:${targetRc}:${state.uuid}`;
}

/** The action of the current graph that a key names, if it is one of this life's. */
export function stepOf(state: TengineState, key: string | undefined): Step | undefined {
  const [action, transition, , uuid] = (key ?? "").split(":");
  const { run } = state;
  if (run === undefined || uuid !== state.uuid) return undefined;
  if (transition !== String(run.graph.transitionId)) return undefined;
  return run.steps.get(Number(action));
}

/** A name in the form of a UUID, from randomness that came with the start. */
export function uuidFrom(seed: number, wallMs: number, node: string): string {
  let hash = seed >>> 0;
  const word = (salt: number): string => {
    for (const character of `${node} ${wallMs} ${salt}`) {
      hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
    }
    return hash.toString(16).padStart(8, "0");
  };
  const text = word(1) + word(2) + word(3) + word(4);
  return [0, 8, 12, 16, 20].map((at, index, all) => text.slice(at, all[index + 1])).join("-");
}

/** One line for the log. */
export const log = (
  out: Effect[],
  level: Extract<Effect, { type: "log" }>["level"],
  text: string,
): void => void out.push({ type: "log", level, text });

/** The number in an attribute, or a default if there is none. */
export const numberOf = (text: string | undefined, otherwise: number): number => {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) && value >= 0 ? value : otherwise;
};

/** Sends something to a service of this node. */
export const send = (out: Effect[], service: string, message: Message): void =>
  void out.push({ type: "send", to: { service }, message });
