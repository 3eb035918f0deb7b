/**
 * Planted bugs: each must be found by a checker, or the checkers are worth nothing.
 *
 * @module
 */
import type { Bug } from "../scenario.ts";

/** By name. */
export const bugs: Readonly<Record<string, Bug>> = {
  "skipped-fsync": { driver: { skipFsync: true } },
  "quorum-off-by-one": {
    quorum: [{
      decide: ({ members, nodes }) => members.length * 2 >= nodes.length - 1 ? "yes" : "no",
    }],
  },
};
