/**
 * Planted bugs: each must be found by a checker, or the checkers are worth nothing.
 *
 * @module
 */
import type { Bug } from "../scenario.ts";
import { oldGeneration } from "./old_generation.ts";
import { staleView } from "./stale_view.ts";
import { startBeforeFence } from "./start_before_fence.ts";

/** By name. */
export const bugs: Readonly<Record<string, Bug>> = {
  /** Nobody waits for the disk. */
  "skipped-fsync": { driver: { skipFsync: true } },
  "start-before-fence": { replace: startBeforeFence },
  "stale-view": { replace: staleView },
  /** Two of five are taken for a majority. */
  "quorum-off-by-one": {
    quorum: [{
      decide: ({ members, nodes }) => members.length * 2 >= nodes.length - 1 ? "yes" : "no",
    }],
  },
  "old-generation": { replace: oldGeneration },
};
