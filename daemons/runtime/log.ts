/**
 * One event, one line on stderr: time, node, service, level, text.
 *
 * Texts may hold what came from the network or from an agent. So the whole line passes
 * `printable`: nobody can forge a second line or drive the terminal of a reader.
 *
 * @module
 */
import { Secrets } from "../../metadata/hide.ts";
import { stderrLines } from "./line_writer.ts";
import { printable, printableLines } from "../../metadata/printable.ts";

/** The levels of syslog that are used here, most urgent first. */
export type LogLevel = "crit" | "err" | "warning" | "notice" | "info" | "debug";

/** Writes one line. */
export type Log = (service: string, level: LogLevel, text: string) => void;

/** The log of a process. */
export interface DaemonLog {
  readonly log: Log;
  /** Waits until what was logged is written, for a process that ends: a moment at most. */
  readonly written: () => Promise<void>;
}

/** Characters of one line at most; longer lines are truncated, and the truncation is shown. */
export const lineCharactersMax = 4096;

const levels: readonly LogLevel[] = ["crit", "err", "warning", "notice", "info", "debug"];

/** One line that drives no terminal, cut at the bound. */
export function lineOf(text: string): string {
  return printable(
    text.length > lineCharactersMax
      ? `${text.slice(0, lineCharactersMax)} (cut, ${text.length} characters)`
      : text,
  );
}

/** What this process knows and nobody may read: its plugins' secrets. */
export const secrets = new Secrets();

const stderr = stderrLines();

/**
 * A log on stderr. It does not wait until somebody has read a line.
 *
 * @param least the least urgent level that is still written.
 */
export function stderrLog(node: string, least: LogLevel = "info"): Log {
  const most = levels.indexOf(least);
  return (service, level, text) => {
    if (levels.indexOf(level) > most) return;
    stderr.write(
      `${new Date().toISOString()} ${node} ${printable(service)}: ${level}: ${
        lineOf(secrets.hide(text))
      }`,
    );
  };
}

/** Waits until what was logged is written, for a process that ends: a moment at most. */
export const logWritten = (): Promise<void> => stderr.written();

/** Writes what waits at once, for a process that is about to end. */
export const flushLog = (): void => stderr.flush();

/** Output before there is a log: lines that cannot control a terminal. */
export function plainError(text: string): void {
  console.error(printableLines(secrets.hide(text)));
}
