/**
 * Results in the words people know: exit statuses, statuses of executions, times.
 *
 * @module
 */

const exits: Readonly<Record<number, string>> = {
  0: "ok",
  1: "error",
  2: "invalid parameter",
  3: "unimplemented feature",
  4: "insufficient privileges",
  5: "not installed",
  6: "not configured",
  7: "not running",
  8: "promoted",
  9: "promoted (failed)",
  190: "OCF_DEGRADED",
  191: "promoted (degraded)",
};

const executions: Readonly<Record<number, string>> = {
  [-1]: "pending",
  0: "complete",
  1: "Cancelled",
  2: "Timed Out",
  3: "NOT SUPPORTED",
  4: "Error",
  5: "Hard error",
  6: "Fatal error",
  7: "Not installed",
  8: "Internal communication failure",
  9: "Cannot execute now",
  10: "No fence device",
  11: "CIB secrets unavailable",
};

/** What an agent's exit status means. */
export function exitText(rc: number): string {
  return exits[rc] ?? "unknown";
}

/** What an execution's status means. */
export function executionText(status: number): string {
  return executions[status] ?? "UNKNOWN!";
}

/** A time as `Mon Mar 19 21:42:00 2012`, in UTC. @param atS seconds since 1970. */
export function timeText(atS: number): string {
  const [, weekday, day, month, year, time] =
    /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(atS * 1000).toUTCString()) ?? [];
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
}
