/**
 * The deadlines of all applications: one timer, armed for the earliest.
 *
 * A beat only moves a deadline to a later time, so it leaves the timer alone: a timer that comes too
 * early finds nothing due and is armed again. What is due is judged in two steps. First the sockets are
 * asked which of these connections still have something to be read; that question passes behind
 * everything that the process had already read. Only an application without anything waiting, whose
 * deadline is still over then, has missed it. So neither a pause of this process nor load of the
 * machine makes a beat late that was sent in time.
 *
 * @module
 */
import type { Result } from "../runtime/machine.ts";
import { againMs, drainMs, lookMsMin } from "./limits.ts";
import { announce } from "./notify.ts";
import { type Application, instances, type Turn } from "./state.ts";

/** When something must be announced if no beat comes; undefined: it has been. */
export function dueAt(
  { state, lastAt, intervalMs, warnMs }: Application,
): number | undefined {
  if (state === "missed") return undefined;
  const isWarned = state === "late" || warnMs === 0 || warnMs >= intervalMs;
  return lastAt + (isWarned ? intervalMs : warnMs);
}

/** Arms the timer if the application is due before it. */
export function armFor(turn: Turn, app: Application): void {
  const due = dueAt(app);
  if (due !== undefined) arm(turn, due);
}

function arm({ state, at, out }: Turn, due: number): void {
  if (state.asked !== undefined) return;
  const wanted = Math.max(due, at + lookMsMin);
  if (state.armedAt !== undefined && state.armedAt <= wanted) return;
  state.armedAt = wanted;
  out.push({ type: "timer", name: "look", inMs: Math.ceil(wanted - at) + 1 });
}

/** The timer: asks the sockets about those that are due now. */
export function onLook(turn: Turn): void {
  turn.state.armedAt = undefined;
  const due = dueOf(turn);
  if (due.length === 0) return armNext(turn);
  turn.state.asked = { at: turn.at, due };
  turn.out.push({
    type: "call",
    id: "judge",
    instance: instances.socket,
    method: "waiting",
    args: [due.map(({ connection }) => connection)],
    deadlineMs: drainMs,
  });
}

/** The sockets have said which of those in question still have something to be read. */
export function onJudged(turn: Turn, result: Result): void {
  const { state, out } = turn;
  const { asked } = state;
  if (asked === undefined) return;
  const waiting = result.ok && Array.isArray(result.value) ? new Set<unknown>(result.value) : null;
  if (waiting === null) {
    // This process was paused between question and answer, or the socket is being opened again.
    out.push({ type: "timer", name: "again", inMs: againMs });
    return;
  }
  for (const app of asked.due) {
    if (waiting.has(app.connection)) continue;
    // It may have sent something meanwhile, or be gone.
    const due = state.applications.get(app.connection) === app ? dueAt(app) : undefined;
    if (due !== undefined && due <= asked.at) judge(turn, app, asked.at);
  }
  if (asked.due.some(({ connection }) => waiting.has(connection))) {
    out.push({ type: "timer", name: "again", inMs: againMs });
    return;
  }
  state.asked = undefined;
  armNext(turn);
}

/** Asks again. */
export function onAgain(turn: Turn): void {
  turn.state.asked = undefined;
  onLook(turn);
}

function judge(turn: Turn, app: Application, at: number): void {
  if (at < app.lastAt + app.intervalMs) {
    app.state = "late";
    announce(turn, app, "hbwarn");
    return;
  }
  app.state = "missed";
  app.misses++;
  turn.state.counts.nohb++;
  announce(turn, app, "nohb");
}

const dueOf = ({ state: { applications }, at }: Turn): readonly Application[] => {
  const due: Application[] = [];
  for (const app of applications.values()) {
    const dueMs = dueAt(app);
    if (dueMs !== undefined && dueMs <= at) due.push(app);
  }
  return due;
};

function armNext(turn: Turn): void {
  let next: number | undefined;
  for (const app of turn.state.applications.values()) {
    const due = dueAt(app);
    if (due !== undefined && (next === undefined || due < next)) next = due;
  }
  if (next !== undefined) arm(turn, next);
}
