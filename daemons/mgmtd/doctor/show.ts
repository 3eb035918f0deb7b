/**
 * The judgement of `ha doctor`, as text and as data.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import { withCode } from "../../../metadata/code.ts";
import { diagnosticText, pathText } from "../../../metadata/diagnostic.ts";
import { printable } from "../../../metadata/printable.ts";
import type { Judgement } from "./judge.ts";

/** Characters of a text in `--json` at most. */
const charactersMax = 2_000;

/** Lines, the worst first. @param count of checks that were to be carried out. */
export function linesOf({ found, more, unchecked }: Judgement, count: number): readonly string[] {
  const counts = (["error", "warning", "info"] as const).map((severity) => {
    const number = found.filter(({ finding }) => finding.severity === severity).length;
    return `${number} ${severity === "info" ? "note" : severity}${number === 1 ? "" : "s"}`;
  });
  return [
    ...found.map(({ check, finding }) =>
      clip(`${finding.severity} (${check}): ${diagnosticText(finding)}`)
    ),
    ...more.map(({ check, count }) => `(${check}): ${count} more of them`),
    ...[...uncheckedByReason(unchecked)].map(([why, names]) =>
      clip(withCode("HA0030", `not checked (${names.join(", ")}): ${printable(why)}`))
    ),
    `${count - unchecked.length} of ${count} checks: ${counts.join(", ")}`,
  ];
}

/** Most of them have the same reason. */
function uncheckedByReason(
  unchecked: Judgement["unchecked"],
): ReadonlyMap<string, readonly string[]> {
  const byReason = new Map<string, string[]>();
  for (const { check, why } of unchecked) {
    byReason.set(why, [...byReason.get(why) ?? [], check]);
  }
  return byReason;
}

/** For programs. */
export function dataOf({ found, more, unchecked }: Judgement) {
  const cut = (text: string) => text.slice(0, charactersMax);
  return {
    found: found.map(({ check, finding: { severity, path, what, why, fix, code } }) => ({
      check,
      severity,
      ...(code === undefined ? {} : { code }),
      where: cut(pathText(path)),
      what: cut(what),
      ...(why === undefined ? {} : { why: cut(why) }),
      ...(fix === undefined ? {} : { fix: cut(fix) }),
    })),
    more,
    unchecked: unchecked.map(({ check, why }) => ({ check, why: cut(why) })),
  };
}
