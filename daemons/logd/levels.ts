/**
 * Levels that are switched while the daemons run.
 *
 * @module
 */
import type { LogLevel } from "../runtime/log.ts";
import { type Levels, levelsMax } from "../runtime/logging/wire.ts";

const severities: Readonly<Record<LogLevel, number>> = {
  crit: 2,
  err: 3,
  warning: 4,
  notice: 5,
  info: 6,
  debug: 7,
};

/** The severity of syslog that a level has. */
export const severityOf = (level: LogLevel): number => severities[level];

/** The levels with another one for a service, or for all: then none has a level of its own. */
export function switched(levels: Levels, service: string | undefined, severity: number): Levels {
  if (service === undefined) return { all: severity, of: {} };
  const others = Object.entries(levels.of).filter(([name]) => name !== service);
  return {
    ...levels,
    of: Object.fromEntries([...others.slice(1 - levelsMax), [service, severity]]),
  };
}
