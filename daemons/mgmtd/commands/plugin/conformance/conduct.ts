/**
 * Tries the clauses on one agent. Whatever happens, a resource that was started here is stopped.
 *
 * @module
 */
import { diagnosticText } from "../../../../../metadata/diagnostic.ts";
import type { RaResult } from "../../../../../plugins/handler/ra/contract.ts";
import {
  advisedMs,
  type Operated,
  operation,
  type Values,
  wrongParameters,
} from "../../resource/operate.ts";
import { resultWords } from "../../resource/result_words.ts";
import { neededActions, type OperationClause, operationClauses } from "./clauses.ts";

/** What came of one clause. */
export interface Outcome {
  readonly id: string;
  readonly says: string;
  readonly result: "ok" | "failed" | "skipped";
  /** Why, in words. */
  readonly detail?: string;
  /** Milliseconds that the operation ran. */
  readonly runMs?: number;
}

/** The resource that is started and stopped. */
const resource = "conformance";
/** Where the agent advises no timeout. */
const timeoutMsDefault = 20_000;
/** Interval of a recurring monitor, as the agent sees it. */
const intervalMs = 10_000;

/** Tries all clauses. `tell` gets each outcome as it is known. */
export async function conduct(
  one: Operated,
  parameters: Values,
  tell: (outcome: Outcome) => void,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const note = (outcome: Outcome) => {
    outcomes.push(outcome);
    tell(outcome);
  };
  const before = aboutMetaData(one, parameters);
  before.forEach(note);
  let why = before.some(({ result }) => result === "failed")
    ? "the clauses before it fail"
    : undefined;
  let mayRun = false;
  for (const clause of operationClauses) {
    const { id, says, action, ifListed = [], decides } = clause;
    const unlisted = ifListed.find((name) => !isListed(one, name));
    if (why !== undefined || unlisted !== undefined) {
      const detail = why ?? `the meta-data lists no ${unlisted}`;
      note({ id, says, result: "skipped", detail });
      continue;
    }
    if (action === "start") mayRun = true;
    const outcome = await attempt(one, clause, parameters);
    note(outcome);
    if (outcome.result === "ok" && action === "stop") mayRun = false;
    if (outcome.result === "failed" && decides) why = `${id} fails`;
  }
  if (mayRun) {
    const stop = {
      id: "OCF32",
      says: "what was started is stopped",
      action: "stop",
      expected: [0],
    };
    note(await attempt(one, stop, parameters));
  }
  return outcomes;
}

/** Clauses that need no operation. */
function aboutMetaData(one: Operated, parameters: Values): readonly Outcome[] {
  const { agent, ref, unread } = one;
  const clause = (id: string, says: string, wrong: string | undefined): Outcome => ({
    id,
    says,
    result: wrong === undefined ? "ok" : "failed",
    ...(wrong === undefined ? {} : { detail: wrong }),
  });
  const described = clause("OCF1", "the agent prints its meta-data", unread);
  if (agent === undefined) return [described];
  const missing = neededActions.filter((name) => !isListed(one, name));
  const untimed = agent.actions.filter(({ name }) => advisedMs(agent, name) === undefined)
    .map(({ name }) => name).filter((name) => name !== "meta-data");
  const wrong = wrongParameters(agent, parameters);
  return [
    described,
    clause(
      "OCF2",
      "the meta-data has the name of the agent",
      agent.name === ref.type ? undefined : `it has "${agent.name}"`,
    ),
    clause(
      "OCF3",
      "the meta-data lists start, stop and monitor",
      missing.length === 0 ? undefined : `it does not list ${missing.join(", ")}`,
    ),
    clause(
      "OCF4",
      "each action has a timeout",
      untimed.length === 0 ? undefined : `none of ${[...new Set(untimed)].join(", ")}`,
    ),
    clause(
      "OCF5",
      "each parameter has a description",
      undescribed(one) === "" ? undefined : `none of ${undescribed(one)}`,
    ),
    clause(
      "OCF6",
      "the given parameters are those of the meta-data",
      wrong.length === 0 ? undefined : wrong.map(diagnosticText).join("; "),
    ),
  ];
}

const undescribed = ({ agent }: Operated): string =>
  (agent?.fields ?? []).filter(({ short_text, long_text }) =>
    short_text === undefined && long_text === undefined
  ).map(({ fieldname }) => fieldname).join(", ");

const isListed = ({ agent }: Operated, action: string): boolean =>
  agent?.actions.some(({ name }) => name === action) === true;

async function attempt(
  one: Operated,
  { id, says, action, expected, recurring }: OperationClause,
  parameters: Values,
): Promise<Outcome> {
  const timeoutMs = advisedMs(one.agent, action) ?? timeoutMsDefault;
  const result = await one.api.run(operation(one, action, {
    resource,
    timeoutMs,
    intervalMs: recurring ? intervalMs : 0,
    parameters,
  }));
  const ran = result.runMs === undefined ? {} : { runMs: result.runMs };
  if (!result.timedOut && expected.includes(result.rc)) return { id, says, result: "ok", ...ran };
  return { id, says, result: "failed", detail: detailOf(id, action, expected, result), ...ran };
}

function detailOf(
  id: string,
  action: string,
  expected: readonly number[],
  { rc, timedOut, reason, output }: RaResult,
): string {
  const said = reason ?? output.trim().split("\n").at(-1) ?? "";
  const given = timedOut
    ? `${action} takes longer than its timeout`
    : `${action} gives ${resultWords(rc)}, not ${expected.map(resultWords).join(" or ")}`;
  const hint = id === "OCF8" && (rc === 0 || rc === 8)
    ? "; it runs already, so nothing is started or stopped: stop it first"
    : "";
  return `${given}${said === "" ? "" : `: ${said}`}${hint}`;
}
