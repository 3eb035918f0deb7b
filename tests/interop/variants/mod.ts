/**
 * All changes from which variants are made.
 *
 * @module
 */
import type { EditableCib } from "../../../daemons/pengine/simulate/cib_edit.ts";
import type { Change } from "./change.ts";
import { constraintChanges, newConstraintChanges } from "./constraints.ts";
import { metaChanges, operationChanges, utilizationChanges } from "./meta.ts";
import { nodeChanges } from "./nodes.ts";
import { optionChanges, quorumChanges, ticketChanges } from "./options.ts";
import { orphanChanges, resourceChanges } from "./resources.ts";

export type { Change } from "./change.ts";

/** @param atS the time of what happens, seconds since 1970. */
export function changesOf(cib: EditableCib, atS: number): readonly Change[] {
  return [
    nodeChanges,
    resourceChanges(atS),
    orphanChanges,
    optionChanges,
    quorumChanges,
    ticketChanges,
    metaChanges,
    operationChanges,
    utilizationChanges,
    constraintChanges,
    newConstraintChanges,
  ].flatMap((make) => make(cib));
}
