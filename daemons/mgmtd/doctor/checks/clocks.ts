/**
 * Clocks: that of this machine, and those of the other nodes.
 *
 * @module
 */
import { check, finding } from "../check.ts";

/** Seconds that a peer's clock may differ: a status is some time under way, and whole seconds are sent. */
const differenceMaxS = 5;

/** Whether a time service keeps the clock. */
export const clock = check({
  name: "clock",
  summary: "a time service keeps the clock of this machine",
  needs: ["synchronized"],
  find: ({ synchronized }) =>
    synchronized ? [] : [finding("warning", "HA5030", {
      at: "clock",
      what: "no time service keeps the clock of this machine",
      why: "dates in rules, times of failures and logs of nodes do not fit together",
      fix: "systemctl enable --now systemd-timesyncd, or chrony",
    })],
});

/** Clocks of other nodes. */
export const peerClocks = check({
  name: "peer-clocks",
  summary: "the clocks of the nodes agree",
  needs: ["heartbeat"],
  find: ({ heartbeat: { peers } }) =>
    peers.flatMap(({ name, aheadS }) => {
      if (aheadS === undefined || Math.abs(aheadS) <= differenceMaxS) return [];
      const seconds = `${Math.abs(aheadS)} s`;
      return [finding("warning", "HA5030", {
        at: `node ${name}`,
        what: `its clock was ${seconds} ${aheadS > 0 ? "ahead of" : "behind"} this one`,
        why: "heartbeat compared them as they were when each node was started",
        fix: "set up a time service on both nodes; a node compares again after its next start",
      })];
    }),
});
