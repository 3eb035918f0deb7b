/**
 * Reads `logd.cf` of the original's logging daemon: the section `log` of the node configuration that does
 * the same, and a diagnostic for what has no place there.
 *
 * @module
 */
import type { Diagnostic } from "../../../metadata/diagnostic.ts";
import { facilities } from "../../site/node_config/log_fields.ts";

/** Where programs with the original's library look. */
const originalSocket = "/var/lib/heartbeat/log_daemon";
/** Lines of one application that wait, unless configured. */
const queueLines = 4_000;

/** One output of the section. */
export interface ImportedOutput {
  readonly type: "file" | "syslog";
  readonly path?: string;
  readonly mode?: string;
  readonly level?: string;
  readonly facility?: string;
  readonly prefix?: string;
}

/** The section. */
export interface ImportedLog {
  readonly socket: string;
  readonly outputs: readonly ImportedOutput[];
  readonly queueLines?: number;
}

/** What was read. */
export interface LogdCf {
  /** Absent: nothing is to be written. */
  readonly log?: ImportedLog;
  readonly diagnostics: readonly Diagnostic[];
}

/** Takes how severe it is, what is wrong, why, and what to do. */
type Report = (
  ...said: [how: Diagnostic["severity"], what: string, why: string, fix: string]
) => void;

interface Line {
  readonly value: string;
  readonly report: Report;
}

interface Reading {
  logfile?: string;
  debugfile?: string;
  mode?: string;
  facility: string;
  prefix?: string;
  queueLines?: number;
}

const isYes = (value: string): boolean => /^(yes|y|on|true|1)$/i.test(value);

function path({ value, report }: Line): string | undefined {
  if (value.startsWith("/") && !value.includes(",")) return value;
  report(
    "error",
    `${JSON.stringify(value)} is no path of a file`,
    "a path must be absolute, and have no comma",
    "name a file like /var/log/ha/ha.log",
  );
  return undefined;
}

function queue(reading: Reading, { value, report }: Line): void {
  const lines = /^[1-9]\d{0,8}$/.test(value) ? Number(value) : 0;
  if (lines > queueLines) reading.queueLines = Math.max(lines, reading.queueLines ?? 0);
  report(
    "warning",
    `a queue of ${value} messages has no place here`,
    "every application has a queue of its own for each output",
    lines > queueLines
      ? "queueLines is set to it"
      : `queueLines, ${queueLines} by default, is more`,
  );
}

const directives: Readonly<Record<string, (reading: Reading, line: Line) => void>> = {
  logfile: (reading, line) => void (reading.logfile = path(line) ?? reading.logfile!),
  debugfile: (reading, line) => void (reading.debugfile = path(line) ?? reading.debugfile!),
  logmode(reading, { value, report }) {
    if (/^0?[0-7]{3}$/.test(value)) reading.mode = value;
    else report("error", `${JSON.stringify(value)} is no mode`, "it is octal", "write 0640");
  },
  logfacility(reading, { value, report }) {
    const name = value.toLowerCase();
    if (name === "none" || facilities.some((one) => one === name)) reading.facility = name;
    else {
      const fix = `name one of ${facilities.join(", ")}, or none`;
      report("error", `${JSON.stringify(value)} is no facility`, "syslog does not know it", fix);
    }
  },
  syslogprefix(reading, { value, report }) {
    if (/^[\w.@-]{1,64}$/.test(value)) reading.prefix = value;
    else report("error", `${JSON.stringify(value)} is no name`, "it is one word", "write one word");
  },
  entity: (_, { value, report }) =>
    report(
      "warning",
      `the name ${JSON.stringify(value)} of the logging daemon is not taken over`,
      "its own lines go to standard error, under the name logd",
      "nothing needs to be done",
    ),
  useapphbd(_, { value, report }) {
    if (!isYes(value)) return;
    report(
      "warning",
      "logd does not register with apphbd",
      "the recovery manager watches it, and starts it again",
      "nothing needs to be done",
    );
  },
  sendqlen: queue,
  recvqlen: queue,
  syslogmsgfmt: (_, { report }) =>
    report(
      "warning",
      "there is one format of lines in a file",
      "it is the one that ha log reads",
      "nothing needs to be done; type jsonl is for programs",
    ),
};

/** Reads the text of `logd.cf`. */
export function readLogdCf(text: string): LogdCf {
  const diagnostics: Diagnostic[] = [];
  const reading: Reading = { facility: "daemon" };
  text.replace(/^\ufeff/, "").split("\n").forEach((whole, at) => {
    const [directive = "", ...words] = whole.replace(/#.*/, "").trim().split(/\s+/);
    if (directive === "") return;
    const report: Report = (severity, what, why, fix) =>
      diagnostics.push({
        severity,
        path: ["logd.cf", directive.slice(0, 40)],
        line: at + 1,
        what,
        why,
        fix,
        code: "HA1009",
      });
    if (Object.hasOwn(directives, directive)) {
      directives[directive]!(reading, { value: words.join(" ").slice(0, 4_096), report });
    } else {report(
        "error",
        "it is not a directive of logd.cf",
        "ha_logd would refuse it",
        "remove it",
      );}
  });
  const outputs = outputsOf(reading);
  if (outputs.length === 0) return { diagnostics };
  const more = reading.queueLines;
  return {
    log: { socket: originalSocket, outputs, ...(more === undefined ? {} : { queueLines: more }) },
    diagnostics,
  };
}

function outputsOf({ logfile, debugfile, mode, facility, prefix }: Reading): ImportedOutput[] {
  const more = { mode: mode ?? "0644" };
  return [
    // The original writes to its log file what is no debug, and everything to the other one.
    ...(logfile === undefined || logfile === debugfile
      ? []
      : [{ type: "file" as const, path: logfile, level: "info", ...more }]),
    ...(debugfile === undefined ? [] : [{ type: "file" as const, path: debugfile, ...more }]),
    ...(facility === "none"
      ? []
      : [{ type: "syslog" as const, facility, ...(prefix === undefined ? {} : { prefix }) }]),
  ];
}
