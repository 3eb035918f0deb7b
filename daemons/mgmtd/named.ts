/**
 * Resources and nodes by the name that a person gave.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { unknownName } from "../../metadata/nearest.ts";
import { type Resource, withoutInstance, type WorkingSet } from "../pengine/doors/model.ts";

/** A resource; for what a clone is made of, as the CIB names it, the clone with all its instances. */
export function resourceNamed({ resourceById }: WorkingSet, id: string): Resource | undefined {
  return resourceById.get(id) ??
    [...resourceById.values()].find((one) => withoutInstance(one.id) === id)?.parent;
}

/** That there is none of this name, and what to do. */
export function missing(what: string, name: string, known: Iterable<string>): string {
  return withCode(
    "HA0006",
    `There is no ${what} ${unknownName(name, known)} Fix: take a name that ha status shows`,
  );
}
