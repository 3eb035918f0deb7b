/**
 * Colocations that nobody wrote down, since they follow from what resources are.
 *
 * @module
 */
import { type Colocation, Role, type WorkingSet } from "../model.ts";
import { addDependentOf, addPrimaryOf } from "./colocation_order.ts";
import { forgetColocations } from "./colocations_of.ts";

/** Adds a colocation to the working set, and to both of its resources. */
export function colocate(
  set: WorkingSet,
  implied: Pick<Colocation, "id" | "score" | "dependent" | "primary" | "influence">,
): void {
  const { id, score, dependent, primary, influence } = implied;
  const colocation: Colocation = {
    id,
    dependent,
    primary,
    score,
    dependentRole: Role.unknown,
    primaryRole: Role.unknown,
    nodeAttribute: "#uname",
    influence,
    explicit: false,
    steps: set.colocationSteps,
  };
  set.colocations.push(colocation);
  addDependentOf(dependent.withThis, colocation);
  addPrimaryOf(primary.thisWith, colocation);
  forgetColocations(dependent);
  forgetColocations(primary);
}
