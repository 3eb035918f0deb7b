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
import { isWanted, levelOf, severityOf } from "./levels.ts";
import { isLine } from "./ordered.ts";
import type { Levels } from "./wire.ts";

/** Milliseconds that the end of a process waits for `logd`. */
const lastMs = 200;

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
  let levels: Levels = { all: severityOf(least), of: {} };
  let ended = false;
  const client = new LogClient({ path, name: process, onLevels: (wanted) => levels = wanted });
  const log: Log = (service, level, text) => {
    if (ended) return otherwise(service, level, text);
    const severity = severityOf(level);
    if (!isWanted(levels, service, severity)) return;
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
