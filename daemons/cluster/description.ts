/**
 * The process `cluster`, as data: the machines that decide. It has no network and may run nothing.
 *
 * @module
 */
import type { ProcessDescription } from "../site/description.ts";

/** See the head of the file. */
export const description = {
  name: "cluster",
  // In the order of their starts.
  services: ["ccm", "cib", "tengine", "crmd", "attrd", "history", "events"],
  clients: true,
  linkTo: "heartbeat",
  state: true,
  plugins: {
    kinds: ["quorum"],
    inline: ["quorum"],
    // Half of two nodes is a tie, which only a rule for two nodes can break; nodes come and go.
    load: ["quorum"],
    always: ["quorum/majority", "quorum/two_node"],
  },
  grant: ({ cib }) => ({ read: cib === undefined ? [] : [cib] }),
} as const satisfies ProcessDescription;
