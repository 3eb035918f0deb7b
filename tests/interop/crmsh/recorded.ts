/**
 * A session of crmsh, as it was on Pacemaker 2.1.5: each line with its exit code and what it printed.
 *
 *     $ node attribute n1 show rack
 *     = 0
 *     scope=nodes  name=rack value=3
 *
 * Where this cluster answers otherwise, the reason follows, and its own answer:
 *
 *     ~ the id of the set is the name of the node
 *     = 0
 *     Deleted nodes attribute: ...
 *
 * `$ wait` waits until the cluster is idle. `reducedOf` leaves out what differs from run to run: times,
 * versions, the coordinator, what Pacemaker says of its own daemons.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** What a line came to. */
export interface Answer {
  readonly code: number;
  /** Reduced. */
  readonly lines: readonly string[];
}

/** One line of the session. */
export interface Recorded {
  readonly line: string;
  readonly theirs: Answer;
  /** Where this cluster differs. */
  readonly ours?: Answer & { readonly why: string };
}

/** Reads a record. @throws {Error} if it is not one. */
export function recordedIn(text: string): readonly Recorded[] {
  return text.split(/^\$ /m).slice(1).map((block) => {
    const [line = "", ...rest] = block.trimEnd().split("\n");
    if (line === "wait") return { line, theirs: { code: 0, lines: [] } };
    const at = rest.findIndex((one) => one.startsWith("~ "));
    const theirs = answerIn(line, at < 0 ? rest : rest.slice(0, at));
    if (at < 0) return { line, theirs };
    const why = rest[at]?.slice(2) ?? "";
    return { line, theirs, ours: { ...answerIn(line, rest.slice(at + 1)), why } };
  });
}

function answerIn(line: string, [first = "", ...lines]: readonly string[]): Answer {
  const [, code] = /^= (\d+)$/.exec(first) ?? [];
  if (code === undefined) throw new Error(`The record has no exit code for "${line}"`);
  return { code: Number(code), lines };
}

/** Texts of agents are recorded as a digest: they are long, and not ours. */
export function withDigest(line: string, lines: readonly string[]): readonly string[] {
  if (!line.startsWith("ra info")) return lines;
  const digest = createHash("sha256").update(lines.join("\n")).digest("hex");
  return [`${lines.length} lines, SHA-256 ${digest}`];
}

/** Lines that only one of the two clusters has, or that differ from run to run. */
const leftOut = [
  /^Status of pacemakerd:/,
  /^ {2}\* (?:Stack|Last updated|Last change|CIB version):/,
  /^\t(?:have-watchdog|dc-version|cluster-infrastructure|cluster-name|last-lrm-refresh)=/,
  /^WARNING: \(unpack_config\)/,
  /^WARNING: host "\w+" is unreachable/,
  /^Waiting for \d+ repl|^\.\.\. got reply/,
  /^<\?xml|^<cib /,
  /^\s*$/,
];

/** What of an output must be equal on both clusters. */
export const reducedOf = (output: string): readonly string[] =>
  // deno-lint-ignore no-control-regex
  output.replaceAll(/\x1b\[\d+m/g, "").split("\n")
    .filter((line) => !leftOut.some((one) => one.test(line)))
    .map((line) =>
      line.trimEnd().replace(/ \\$/, "").replace(/(Current DC: )\w+( \(version .*?\))?/, "$1NODE")
        // Which of two equal nodes promotes its instance is decided by which was faster.
        .replace(/((?:Promoted|Unpromoted): )\[ n\d \]/, "$1[ NODE ]")
    );
