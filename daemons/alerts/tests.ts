/**
 * Tests: one notice goes through the queue of each recipient, and what came of it is answered.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import { testMs, testsMax } from "./limits.ts";
import { testNotice } from "./notice.ts";
import type { AlertsState, Lane, Of, Test, Waiting } from "./state.ts";

const timerPrefix = "test ";

/** Begins a test. Gives what is to be queued, and where. */
export function beginTest(
  state: AlertsState,
  asker: string,
  { id, alert, recipient }: Of<"alerts/test">,
  at: number,
  out: Effect[],
): readonly (readonly [Lane, Waiting])[] {
  const lanes = [...state.lanes.values()].filter((lane) =>
    lane.alert.id === alert && (recipient === undefined || lane.recipient.id === recipient)
  );
  const error = lanes.length === 0
    ? "this node has no such alert or recipient"
    : state.tests.size >= testsMax
    ? `${testsMax} tests are under way already`
    : undefined;
  if (error !== undefined) {
    const message = { type: "alerts/tested", id, results: [], error } as const;
    out.push({ type: "send", to: { service: asker }, message });
    return [];
  }
  const number = ++state.lastNumber;
  const open = new Set(lanes.map(({ key }) => key));
  const test: Test = { number, asker, id, results: [], open };
  state.tests.set(number, test);
  out.push({ type: "timer", name: `${timerPrefix}${number}`, inMs: testMs });
  const notice = testNotice(state.self, alert, Math.round(at + state.wallOffsetMs));
  return lanes.map((lane) => [lane, { notice, test }] as const);
}

/** What came of a test of one recipient. */
export interface Outcome {
  /** Absent: it has got it. */
  readonly error?: string | undefined;
  readonly tookMs?: number;
}

/** One recipient has got it, or has not. */
export function endTest(
  state: AlertsState,
  test: Test,
  key: string,
  { error, tookMs = 0 }: Outcome,
  out: Effect[],
): void {
  if (!test.open.delete(key)) return;
  const recipient = key.slice(key.indexOf(" ") + 1);
  const took = Math.max(0, Math.round(tookMs));
  test.results.push({
    recipient,
    ok: error === undefined,
    tookMs: took,
    ...(error === undefined ? {} : { error }),
  });
  if (test.open.size > 0 || !state.tests.delete(test.number)) return;
  const { id, asker, results, number } = test;
  out.push(
    { type: "cancel", name: `${timerPrefix}${number}` },
    { type: "send", to: { service: asker }, message: { type: "alerts/tested", id, results } },
  );
}

/** A test has waited long enough. */
export function onTestTimer(state: AlertsState, timer: string, out: Effect[]): void {
  if (!timer.startsWith(timerPrefix)) return;
  const test = state.tests.get(Number(timer.slice(timerPrefix.length)));
  if (test === undefined) return;
  for (const key of [...test.open]) {
    const waiting = state.lanes.get(key)?.queue.length ?? 0;
    const behind = waiting === 0 ? "" : `; ${waiting} alerts wait for this recipient`;
    const error = `no result within ${testMs} ms${behind}`;
    endTest(state, test, key, { error, tookMs: testMs }, out);
  }
}
