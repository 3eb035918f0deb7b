/**
 * Lines as an output has them.
 *
 * @module
 */
import { printable } from "../../metadata/printable.ts";
import { levelOf } from "../runtime/logging/levels.ts";
import type { Gap } from "../runtime/logging/ordered.ts";
import { lineCharactersMax } from "./limits.ts";
import type { LogLine, OutputConfig } from "./types.ts";

/** A number of lines that are lost, as a line of whose they were. */
export const lostLine = (entity: string, gap: Gap): LogLine & { readonly gap: Gap } => ({
  entity,
  facility: 3 << 3,
  severity: 4,
  atMs: gap.toMs,
  text: `${gap.count} ${gap.count === 1 ? "line" : "lines"} lost between ${
    timeOf(gap.fromMs)
  } and ${timeOf(gap.toMs)}`,
  gap,
});

const timeOf = (ms: number): string => new Date(ms).toISOString();

/** What is written for a line: a whole text line for files, a datagram for syslog. */
export function written(
  node: string,
  { type, facility, remote, prefix }: OutputConfig,
  line: LogLine & { readonly gap?: Gap },
): string {
  const name = line.pid === undefined ? line.entity : `${line.entity}[${line.pid}]`;
  const level = levelOf(line.severity);
  const text = textOf(line.text);
  if (type === "file") return `${timeOf(line.atMs)} ${node} ${name}: ${level}: ${text}\n`;
  if (type === "jsonl") return `${JSON.stringify({ ...memberOf(node, line, level), text })}\n`;
  const priority = (facility ?? line.facility) | line.severity;
  const before = prefix === undefined ? "" : `${prefix}: `;
  return remote === true
    ? `<${priority}>1 ${timeOf(line.atMs)} ${node} ${line.entity} ${
      line.pid ?? "-"
    } - - ${before}${level}: ${text}`
    : `<${priority}>${stampOf(line.atMs)} ${before}${name}: ${level}: ${text}`;
}

const memberOf = (node: string, line: LogLine & { readonly gap?: Gap }, level: string) => ({
  at: timeOf(line.atMs),
  node,
  daemon: line.entity,
  ...(line.pid === undefined ? {} : { pid: line.pid }),
  level,
  ...(line.gap === undefined ? {} : {
    lost: line.gap.count,
    from: timeOf(line.gap.fromMs),
    to: timeOf(line.gap.toMs),
  }),
});

/** One line that drives no terminal. */
const textOf = (text: string): string =>
  printable(
    text.length > lineCharactersMax
      ? `${text.slice(0, lineCharactersMax)} (cut, ${text.length} characters)`
      : text.replace(/\n+$/, ""),
  );

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** The time of RFC 3164, which syslog writes in its own zone: here UTC. */
function stampOf(ms: number): string {
  const at = new Date(ms);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = String(at.getUTCDate()).padStart(2, " ");
  return `${months[at.getUTCMonth()]} ${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${
    two(at.getUTCSeconds())
  }`;
}
