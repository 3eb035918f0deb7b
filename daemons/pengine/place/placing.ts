/**
 * The placing of a working set's resources, as each kind of resource sees it: to place one, others
 * have to be placed before, of whatever kind they are. So each kind asks for that here.
 *
 * @module
 */
import type { Colocation, Node, Resource, WorkingSet } from "../model.ts";

/** What one kind of resource may ask of the others. */
export interface Placing {
  readonly set: WorkingSet;
  /**
   * Places a resource, with a wish.
   *
   * @param settle what finds no place is settled as stopped; else it is as if it had not been asked.
   */
  readonly assign: (
    resource: Resource,
    prefer: Node | undefined,
    settle?: boolean,
  ) => Node | undefined;
  /** Applies a colocation to two resources, as one of them sees it. */
  readonly applyColocation: (
    colocation: Colocation,
    dependent: Resource,
    primary: Resource,
    seenBy: "dependent" | "primary",
  ) => void;
}
