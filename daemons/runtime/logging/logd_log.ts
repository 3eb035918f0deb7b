/**
 * The log of a daemon where there is `logd`: lines go there, and the gravest also to standard error.
 *
 * @module
 */
import {
  type DaemonLog,
  flushLog,
  lineOf,
  type Log,
  type LogLevel,
  logWritten,
  secrets,
} from "../log.ts";
import { LogClient } from "./client.ts";
import { isLine } from "./ordered.ts";
import type { Levels } from "./wire.ts";

/** Milliseconds that the end of a process waits for `logd`. */
const lastMs = 200;

/** The severities of syslog that the levels have. */
const severities: Readonly<Record<LogLevel, number>> = {
  crit: 2,
  err: 3,
  warning: 4,
  notice: 5,
  info: 6,
  debug: 7,
};

const levelOf = (severity: number): LogLevel =>
  (Object.keys(severities) as LogLevel[]).find((level) => severities[level] >= severity) ?? "debug";

/** What it takes. */
export interface LogdLogOptions {
  readonly process: string;
  /** The socket of `logd`. */
  readonly path: string;
  /** The least urgent level, until `logd` says another one. */
  readonly least: LogLevel;
  /** Takes what `logd` cannot: the last lines of a process that ends. */
  readonly otherwise: Log;
}

/** See the head of the file. */
export function logdLog({ process, path, least, otherwise }: LogdLogOptions): DaemonLog {
  let levels: Levels = { all: severities[least], of: {} };
  let ended = false;
  const client = new LogClient({ path, name: process, onLevels: (wanted) => levels = wanted });
  const log: Log = (service, level, text) => {
    if (ended) return otherwise(service, level, text);
    const severity = severities[level];
    if (
      severity >
        ((Object.hasOwn(levels.of, service) ? levels.of[service] : undefined) ?? levels.all)
    ) return;
    client.write(service, severity, lineOf(secrets.hide(text)));
    // It may be the reason why nothing is written any more.
    if (level === "crit") otherwise(service, level, text);
  };
  const leave = () => {
    ended = true;
    for (const item of client.close()) {
      if (isLine(item)) otherwise(item.value.entity, levelOf(item.severity), item.value.text);
      else otherwise(process, "warning", `${item.count} lines lost`);
    }
  };
  // The listener of standard error is called before this one, and would miss these lines.
  addEventListener("unload", () => {
    leave();
    flushLog();
  });
  return {
    log,
    async written() {
      await client.settled(lastMs);
      leave();
      await logWritten();
    },
  };
}
