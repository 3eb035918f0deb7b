/**
 * Why is this action in the transition, what does it wait for, and what waits for it?
 *
 * @module
 */
import type { WorkingSet } from "../model.ts";
import type { TransitionAction, TransitionGraph } from "../../runtime/transition.ts";

/** Another action, beside the one that is explained. */
export interface ActionName {
  /** `web_start_0`, `stonith-bob-reboot`: as `ha simulate` and the graph name it. */
  readonly action: string;
  readonly node?: string;
  /** A point in time such as "all started": there is nothing to do. */
  readonly mark: boolean;
}

/** One action of a transition, explained. */
export interface ActionExplanation extends ActionName {
  /** `rsc_op`, `crm_event` or `pseudo_event`. */
  readonly kind: TransitionAction["kind"];
  /** Why it is to be done, where the engine keeps a reason. */
  readonly reason?: string;
  /** What must be done before it. */
  readonly inputs: readonly ActionName[];
  /** Those of them that cannot be done in this transition: it is never begun. */
  readonly impossible: readonly ActionName[];
  /** What waits for it. */
  readonly outputs: readonly ActionName[];
}

/** One that is known and not in the transition. */
export interface AbsentAction extends ActionName {
  readonly absent: "not needed" | "cannot run";
  readonly reason?: string;
}

/** Names of all actions of a transition. */
export const actionNames = ({ synapses }: TransitionGraph): readonly string[] => [
  ...new Set(synapses.map(({ action }) => action.operationKey)),
];

/**
 * Explains the actions of a name, each on its node.
 *
 * @param name an operation key, with `@NODE` for that node alone.
 */
export function whyAction(
  set: WorkingSet,
  { synapses, absent = [] }: TransitionGraph,
  name: string,
): readonly (ActionExplanation | AbsentAction)[] {
  const at = name.lastIndexOf("@");
  const [key, node] = at < 0 ? [name, undefined] : [name.slice(0, at), name.slice(at + 1)];
  const isNamed = (action: Pick<TransitionAction, "operationKey" | "onNode">) =>
    action.operationKey === key && (node === undefined || action.onNode === node);
  const byId = new Map(synapses.map(({ action }) => [action.id, action]));
  const without = new Map(absent.map((action) => [action.id, action]));
  const found = synapses.filter(({ action }) => isNamed(action)).map((synapse) => {
    const { action, inputs } = synapse;
    const reason = reasonOf(set, action);
    const named = (from: ReadonlyMap<number, TransitionAction>) =>
      inputs.flatMap((id) => {
        const one = from.get(id);
        return one === undefined ? [] : [nameOf(one)];
      });
    return {
      ...nameOf(action),
      kind: action.kind,
      ...(reason === undefined ? {} : { reason }),
      inputs: named(byId),
      impossible: named(without),
      outputs: synapses.filter(({ inputs }) => inputs.includes(action.id))
        .map(({ action }) => nameOf(action)),
    };
  });
  if (found.length > 0) return found;
  return set.actions
    .filter((action) => action.key === key && (node === undefined || action.node?.name === node))
    .map(({ node, pseudo, runnable, reason }): AbsentAction => ({
      action: key,
      ...(node === undefined ? {} : { node: node.name }),
      mark: pseudo,
      absent: runnable ? "not needed" : "cannot run",
      ...(reason === undefined ? {} : { reason }),
    }));
}

const nameOf = ({ operationKey, onNode, kind }: TransitionAction): ActionName => ({
  action: operationKey,
  ...(onNode === undefined ? {} : { node: onNode }),
  mark: kind === "pseudo_event",
});

const reasonOf = (set: WorkingSet, { operationKey, onNode }: TransitionAction) =>
  set.actions.find(({ key, node, reason }) =>
    key === operationKey && reason !== undefined && (onNode === undefined || node?.name === onNode)
  )?.reason;

/** An action, a line each. */
export function actionSentences(of: ActionExplanation | AbsentAction): readonly string[] {
  const because = of.reason === undefined ? "" : `: ${of.reason}`;
  if ("absent" in of) {
    return [
      of.absent === "not needed"
        ? `${textOf(of)} is not in the transition: it is not needed${because}.`
        : `${textOf(of)} is not in the transition: it cannot run${because}.`,
    ];
  }
  const { inputs, impossible, outputs } = of;
  return [
    `${textOf(of)} is in the transition${because}.`,
    ...(inputs.length + impossible.length === 0
      ? ["It waits for nothing."]
      : ["It waits for:", ...inputs.map((one) => `  - ${textOf(one)}`)]),
    ...impossible.map((one) => `  - ${textOf(one)}, which cannot run: so this is never begun`),
    ...(outputs.length === 0
      ? ["Nothing waits for it."]
      : ["For it wait:", ...outputs.map((one) => `  - ${textOf(one)}`)]),
  ];
}

const textOf = ({ action, node, mark }: ActionName): string =>
  `${action}${node === undefined ? "" : ` on ${node}`}${mark ? " (a mark)" : ""}`;
