/**
 * The node configuration: whether it can be used, and whether the running node uses it.
 *
 * @module
 */
import { check, finding } from "../check.ts";

/** Mistakes in node.json. */
export const config = check({
  name: "config",
  summary: "node.json can be used",
  needs: ["configProblems"],
  find: ({ configProblems }) => configProblems,
});

/** Changes in node.json that the node does not use yet. */
export const reload = check({
  name: "reload",
  summary: "the running node uses node.json as it is now",
  needs: ["unapplied"],
  find: ({ unapplied }) =>
    unapplied.length === 0 ? [] : [finding("warning", "HA1007", {
      at: "node.json",
      what: `the running node uses other values of ${unapplied.join(", ")}`,
      fix: "kill -HUP the recovery manager, or start the node again where the log asks for it",
    })],
});
