/**
 * The judgement of `ha doctor`: what the checks find in the facts, and what could not be checked.
 *
 * @module
 */
import type { Diagnostic } from "../../../metadata/diagnostic.ts";
import type { Check } from "./check.ts";
import type { Facts } from "./facts.ts";

/** Findings of one check that are shown at most; more of a kind say nothing new. */
export const findingsMax = 20;

/** A finding, and the check that made it. */
export interface Found {
  readonly check: string;
  readonly finding: Diagnostic;
}

/** All of it. */
export interface Judgement {
  readonly found: readonly Found[];
  /** Checks with more findings than are shown, and how many more there are. */
  readonly more: readonly { readonly check: string; readonly count: number }[];
  /** Checks that could not be carried out, and why. */
  readonly unchecked: readonly { readonly check: string; readonly why: string }[];
}

const weights = { error: 0, warning: 1, info: 2 } as const;

/** Judges: errors first, and those in the order of the checks. */
export function judge(checks: readonly Check[], { known, unknown }: Facts): Judgement {
  const found: Found[] = [];
  const more: { check: string; count: number }[] = [];
  const unchecked: { check: string; why: string }[] = [];
  for (const { name, needs, find } of checks) {
    const findings = find(known);
    if (findings === undefined) {
      const lacks = needs.filter((need) => known[need] === undefined);
      const whys = new Set(lacks.map((need) => unknown[need] ?? `${need} is not known`));
      unchecked.push({ check: name, why: [...whys].join("; ") });
      continue;
    }
    found.push(...findings.slice(0, findingsMax).map((finding) => ({ check: name, finding })));
    if (findings.length > findingsMax) {
      more.push({ check: name, count: findings.length - findingsMax });
    }
  }
  found.sort((a, b) => weights[a.finding.severity] - weights[b.finding.severity]);
  return { found, more, unchecked };
}

/** 0 nothing, 1 warnings, 2 errors. */
export function codeOf({ found }: Judgement): 0 | 1 | 2 {
  if (found.some(({ finding }) => finding.severity === "error")) return 2;
  return found.some(({ finding }) => finding.severity === "warning") ? 1 : 0;
}
