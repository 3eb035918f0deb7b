/**
 * A check of `ha doctor`: what it needs to know, and what is wrong by that.
 *
 * @module
 */
import { type Code, codeIn } from "../../../metadata/code.ts";
import { codes, isCode } from "../../../metadata/codes/table.ts";
import type { Diagnostic } from "../../../metadata/diagnostic.ts";
import type { Known } from "./facts.ts";

/** A check, whatever it needs. */
export interface Check {
  /** As `--check` takes it. */
  readonly name: string;
  /** What it looks for, in a few words. */
  readonly summary: string;
  readonly needs: readonly (keyof Known)[];
  /** What is wrong; undefined: something that it needs is not known. */
  find(known: Partial<Known>): readonly Diagnostic[] | undefined;
}

/** Makes a check of one that is given all that it needs. */
export function check<const N extends keyof Known>(
  { name, summary, needs, find }: {
    readonly name: string;
    readonly summary: string;
    readonly needs: readonly N[];
    find(known: Pick<Known, N>): readonly Diagnostic[];
  },
): Check {
  return { name, summary, needs, find: (known) => hasAll(known, needs) ? find(known) : undefined };
}

const hasAll = <N extends keyof Known>(
  known: Partial<Known>,
  needs: readonly N[],
): known is Partial<Known> & Pick<Known, N> => needs.every((name) => known[name] !== undefined);

/** Where a finding is, what is wrong, what follows from it, and what to do. */
export interface Said {
  readonly at: string;
  readonly what: string;
  readonly why?: string;
  readonly fix: string;
}

/** A finding. `info`: nothing needs to be done, and the exit code does not show it. */
export const finding = (
  severity: Diagnostic["severity"],
  code: Code,
  { at, what, why, fix }: Said,
): Diagnostic => ({
  severity,
  path: [at],
  what,
  ...(why === undefined ? {} : { why }),
  fix,
  code,
});

/** A line that another command prints, as a finding: its severity, code and fix are read off it. */
export function ofLine(line: string, severity: Diagnostic["severity"] = "warning"): Diagnostic {
  const [, said, rest = ""] = /^(?:(error|warning|info): )?([^]*)$/.exec(line) ?? [];
  const code = codeIn(rest);
  const [, what = rest, read] = /^([^]*?)\.? (?:Fix): ([^]*)$/.exec(rest) ?? [];
  const known = code !== undefined && isCode(code) ? code : undefined;
  const fix = read ?? (known && lowered(codes[known].fix));
  return {
    severity: said === "error" || said === "warning" || said === "info" ? said : severity,
    path: [],
    what: what.replace(/ ?\[HA\d{4}\]\.?$/, ""),
    ...(fix === undefined ? {} : { fix }),
    ...(known === undefined ? {} : { code: known }),
  };
}

/** A sentence as it stands behind `Fix:`. */
const lowered = (text: string): string =>
  `${text.charAt(0).toLowerCase()}${text.slice(1)}`.replace(/\.$/, "");
