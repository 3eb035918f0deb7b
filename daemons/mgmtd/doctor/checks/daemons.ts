/**
 * The daemons of the node.
 *
 * @module
 */
import { daemonWarnings } from "../../status/daemons_file.ts";
import { check, finding, ofLine } from "../check.ts";

/** Whether the node runs. */
export const running = check({
  name: "running",
  summary: "the node runs",
  needs: ["runs"],
  find: ({ runs }) =>
    runs ? [] : [finding("warning", "HA0003", {
      at: "node",
      what: "no daemon of this node answers, so it is stopped, or has another run folder",
      fix: "start it (systemctl start ha), or name its run folder with --run FOLDER",
    })],
});

/** Daemons that do not run, or did not always. */
export const daemons = check({
  name: "daemons",
  summary: "all daemons run, and none was restarted",
  needs: ["daemons"],
  find: ({ daemons }) => [
    ...daemonWarnings(daemons).map((line) => ofLine(line, "error")),
    ...daemons.daemons.filter(({ state, restarts }) => state === "running" && restarts > 0)
      .map(({ name, restarts, last }) =>
        finding("warning", "HA9005", {
          at: `daemon ${name}`,
          what: `it was restarted ${restarts === 1 ? "once" : `${restarts} times`}`,
          ...(last === "" ? {} : { why: last }),
          fix: `see why in its log: ha log --daemon ${name}`,
        })
      ),
  ],
});

/** Daemons that do not answer. */
export const answers = check({
  name: "answers",
  summary: "all daemons answer, and the node has the current CIB",
  needs: ["view"],
  find: ({ view: { silent, quorate, inStep } }) => [
    ...silent.map(({ daemon, why }) =>
      finding("error", "HA0004", {
        at: `daemon ${daemon}`,
        what: "it does not answer",
        why,
        fix: `see its log: ha log --daemon ${daemon}`,
      })
    ),
    ...(quorate !== true || inStep || silent.length > 0 ? [] : [finding("warning", "HA0005", {
      at: "cib",
      what: "this node does not have the coordinator's CIB yet",
      fix: "wait some seconds and look again; if that persists: ha log --daemon cib",
    })]),
  ],
});
