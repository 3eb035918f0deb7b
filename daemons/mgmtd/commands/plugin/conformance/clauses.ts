/**
 * What a resource agent has to do by the standard, as numbered clauses over its operations, in the
 * order in which they are tried. Each begins in the state that the one before it left.
 *
 * @module
 */

/** One operation, and the results that the standard allows. */
export interface OperationClause {
  readonly id: string;
  /** What has to hold, in words. */
  readonly says: string;
  readonly action: string;
  readonly expected: readonly number[];
  /** Actions that the agent's meta-data must list; without them the clause is not tried. */
  readonly ifListed?: readonly string[];
  /** It is a recurring monitor, not a probe. */
  readonly recurring?: true;
  /** If it fails, what follows would tell nothing. */
  readonly decides?: true;
}

const promotable = { ifListed: ["promote", "demote"] } as const;

const start = { action: "start", expected: [0] };
const stop = { action: "stop", expected: [0] };
const runs = { action: "monitor", expected: [0] };
const stopped = { action: "monitor", expected: [7] };

/** The clauses after those about the meta-data (OCF1 to OCF6). */
export const operationClauses: readonly OperationClause[] = [
  {
    id: "OCF7",
    says: "validate-all accepts the parameters",
    action: "validate-all",
    expected: [0],
    ifListed: ["validate-all"],
    decides: true,
  },
  {
    id: "OCF8",
    says: "a probe before the first start says not running",
    ...stopped,
    decides: true,
  },
  { id: "OCF9", says: "stop of a stopped resource succeeds", ...stop },
  {
    id: "OCF10",
    says: "an unknown action is not implemented",
    action: "no-such-action",
    expected: [3],
  },
  { id: "OCF11", says: "start succeeds", ...start, decides: true },
  {
    id: "OCF12",
    says: "monitor after start says running",
    ...runs,
    recurring: true,
    decides: true,
  },
  { id: "OCF13", says: "a probe of a started resource says running", ...runs },
  { id: "OCF14", says: "start of a started resource succeeds", ...start },
  { id: "OCF15", says: "monitor still says running", ...runs, recurring: true },
  {
    id: "OCF16",
    says: "notify succeeds",
    action: "notify",
    expected: [0],
    ifListed: ["notify"],
  },
  {
    id: "OCF17",
    says: "demote of an unpromoted resource succeeds",
    action: "demote",
    expected: [0],
    ...promotable,
  },
  { id: "OCF18", says: "promote succeeds", action: "promote", expected: [0], ...promotable },
  {
    id: "OCF19",
    says: "monitor after promote says promoted",
    action: "monitor",
    expected: [8],
    recurring: true,
    ...promotable,
  },
  {
    id: "OCF20",
    says: "promote of a promoted resource succeeds",
    action: "promote",
    expected: [0],
    ...promotable,
  },
  { id: "OCF21", says: "demote succeeds", action: "demote", expected: [0], ...promotable },
  {
    id: "OCF22",
    says: "monitor after demote says running, not promoted",
    ...runs,
    recurring: true,
    ...promotable,
  },
  {
    id: "OCF23",
    says: "reload succeeds",
    action: "reload",
    expected: [0],
    ifListed: ["reload"],
  },
  {
    id: "OCF24",
    says: "reload-agent succeeds",
    action: "reload-agent",
    expected: [0],
    ifListed: ["reload-agent"],
  },
  { id: "OCF25", says: "stop succeeds", ...stop, decides: true },
  { id: "OCF26", says: "monitor after stop says not running", ...stopped, recurring: true },
  { id: "OCF27", says: "stop of a stopped resource succeeds again", ...stop },
  { id: "OCF28", says: "a stopped resource can be started again", ...start },
  { id: "OCF29", says: "monitor after the second start says running", ...runs, recurring: true },
  { id: "OCF30", says: "the second stop succeeds", ...stop },
  { id: "OCF31", says: "a probe at the end says not running", ...stopped },
];

/** Actions that every agent has to have, and list in its meta-data. */
export const neededActions = ["start", "stop", "monitor"] as const;
