/**
 * Levels of daemons as severities of syslog (RFC 5424, 6.2.1), and which of them are wanted.
 *
 * @module
 */
import type { LogLevel } from "../log.ts";
import type { Levels } from "./wire.ts";

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

/** The level that holds a severity: more grave ones than `crit` are `crit` too. */
export const levelOf = (severity: number): LogLevel =>
  (Object.keys(severities) as LogLevel[]).find((level) => severities[level] >= severity) ?? "debug";

/** Whether a line of a service is wanted. */
export const isWanted = ({ all, of }: Levels, service: string, severity: number): boolean =>
  severity <= ((Object.hasOwn(of, service) ? of[service] : undefined) ?? all);
