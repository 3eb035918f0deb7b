/**
 * A message of syslog (RFC 5424): the sentence, and the details as structured data.
 *
 * @module
 */
import type { Alert } from "../../handler/notifier/contract.ts";
import { isTrouble, line, sentence } from "../../handler/notifier/words.ts";

/** Numbers of facilities. */
const facilities: Readonly<Record<string, number>> = {
  user: 1,
  daemon: 3,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
};
const [warning, notice] = [4, 5];

/** The message. */
export function syslogMessage(facility: string, alert: Alert): Uint8Array {
  const { kind, wallMs, node, sequence, facts } = alert;
  const priority = (facilities[facility] ?? 3) * 8 + (isTrouble(alert) ? warning : notice);
  const time = new Date(wallMs).toISOString();
  const details = { kind, sequence: String(sequence), ...facts };
  // 32473 is the number that is reserved for documentation: the details have no registered name.
  const data = Object.entries(details).map(([name, value]) =>
    ` ${nameOf(name)}="${quoted(value)}"`
  );
  const head = `<${priority}>1 ${time} ${header(node)} ha - ${kind} [ha@32473${data.join("")}]`;
  return new TextEncoder().encode(`${head} ${sentence(alert)}`);
}

/** Printable ASCII without blanks. */
const header = (text: string): string => text.replace(/[^!-~]/g, "_").slice(0, 255) || "-";
const nameOf = (name: string): string => name.replace(/[^!-~]|[="\]]/g, "_").slice(0, 32);
const quoted = (value: string): string => line(value).replace(/["\\\]]/g, "\\$&");
