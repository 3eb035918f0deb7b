/**
 * One event, one line on stderr: time, node, service, level, text.
 *
 * Texts may hold what came from the network or from an agent, so control characters are escaped:
 * nobody can forge a second line or drive the terminal of whoever reads.
 *
 * @module
 */

/** The levels of syslog that are used here, most urgent first. */
export type LogLevel = "crit" | "err" | "warning" | "notice" | "info" | "debug";

/** Writes one line. */
export type Log = (service: string, level: LogLevel, text: string) => void;

/** Characters of one line at most; what is more is cut and the cut is said. */
export const lineCharactersMax = 4096;

const levels: readonly LogLevel[] = ["crit", "err", "warning", "notice", "info", "debug"];

/** Text with every control character made visible, and cut at the bound. */
export function printable(text: string): string {
  const cut = text.length > lineCharactersMax
    ? `${text.slice(0, lineCharactersMax)} (cut, ${text.length} characters)`
    : text;
  return cut.replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/**
 * A log on stderr.
 *
 * @param least the least urgent level that is still written.
 */
export function stderrLog(node: string, least: LogLevel = "info"): Log {
  const most = levels.indexOf(least);
  return (service, level, text) => {
    if (levels.indexOf(level) > most) return;
    console.error(
      `${new Date().toISOString()} ${node} ${service}: ${level}: ${printable(text)}`,
    );
  };
}
