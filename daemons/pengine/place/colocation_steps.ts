/**
 * What the scores along colocations may cost. The score of a resource counts once for each way that
 * leads to it, and the ways through a dense net of colocations grow exponentially. Their number is
 * known only by following them, so they are counted while they are followed.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { colocationStepsMax } from "../bounds.ts";
import type { Colocation } from "../model.ts";
import { Uncomputable } from "../uncomputable.ts";

/** Takes so many scores from what is left. */
export function spend({ id, steps }: Colocation, scores: number): void {
  steps.left -= scores;
  if (steps.left >= 0) return;
  throw new Uncomputable(
    withCode(
      "HA4001",
      `constraints: the colocations around "${id}" lead from resource to resource in too many ways; ` +
        `the policy engine adds up at most ${colocationStepsMax} scores. ` +
        "Fix: Remove colocations that follow from others, or set influence=false for them.",
    ),
  );
}
