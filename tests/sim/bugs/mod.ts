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
  "skipped-fsync": {
    driver: { skipFsync: true },
    daemons: "membership",
    transport: "stand-in",
    faults: ["crash", "crash all", "slow disk"],
    breaks: ["MEM1", "MEM2"],
  },
  /** A node counts as off as soon as somebody wants it off. */
  "start-before-fence": {
    replace: startBeforeFence,
    daemons: "all",
    transport: "stand-in",
    faults: ["crash", "partition", "pause"],
    breaks: ["RSC1", "RSC2"],
  },
  /** Whatever view is committed is taken up. */
  "stale-view": {
    replace: staleView,
    daemons: "membership",
    transport: "stand-in",
    faults: ["crash", "kill process", "partition"],
    breaks: ["MEM0", "MEM1", "MEM2"],
  },
  /** Two of five are taken for a majority. */
  "quorum-off-by-one": {
    quorum: [{
      decide: ({ members, nodes }) => members.length * 2 >= nodes.length - 1 ? "yes" : "no",
    }],
    daemons: "membership",
    transport: "stand-in",
    faults: ["crash", "partition"],
    breaks: ["MEM3"],
  },
  /** A packet of a life that is over makes it the present one. */
  "old-generation": {
    replace: oldGeneration,
    daemons: "membership",
    transport: "heartbeat",
    faults: ["crash", "replay"],
    breaks: ["MSG1", "MSG2"],
  },
};
