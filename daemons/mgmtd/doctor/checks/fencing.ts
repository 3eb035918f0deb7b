/**
 * Fencing: switched on, covering every node, tried.
 *
 * @module
 */
import { Draft } from "../../api/document/draft.ts";
import { fencingIn } from "../../verify_more.ts";
import { check, finding } from "../check.ts";
import type { Known } from "../facts.ts";

/** Nodes that could be fenced by another one, if fencing is set up at all. */
function fenceable(cib: Known["cib"]): readonly string[] {
  const { isOff, devices } = fencingIn(new Draft(cib));
  const nodes = new Draft(cib).nodeNames();
  return isOff || devices.length === 0 || nodes.length < 2 ? [] : nodes;
}

/** Whether it is on, and has a device. */
export const fencing = check({
  name: "fencing",
  summary: "fencing is enabled and has a device",
  needs: ["cib"],
  find({ cib }) {
    const draft = new Draft(cib);
    const { isOff, devices } = fencingIn(draft);
    if (draft.nodeNames().length < 2 || (!isOff && devices.length > 0)) return [];
    return [finding("error", "HA8020", {
      at: isOff ? "fencing-enabled" : "resources",
      what: isOff ? "fencing is disabled" : "there is no fencing device",
      why: isOff
        ? "services of a lost node are started elsewhere while they may still run there"
        : "services of a lost node are never recovered",
      fix: isOff
        ? "configure a device for each node, then: ha option set fencing-enabled=true"
        : "see ha fence devices, then: ha resource create NAME stonith:TYPE",
    })];
  },
});

/** Whether devices work now, and which nodes they cover. */
export const fenceCoverage = check({
  name: "fence-coverage",
  summary: "working devices cover every node",
  needs: ["coverage", "cib"],
  find({ coverage, cib }) {
    const nodes = fenceable(cib);
    if (nodes.length === 0) return [];
    const covered = new Set(
      coverage.nodes.filter(({ by }) => by.length > 0).map(({ node }) => node.toLowerCase()),
    );
    return [
      ...coverage.silent.map((node) =>
        finding("warning", "HA0004", {
          at: `node ${node}`,
          what: "its stonithd has not answered",
          fix: `see ha status on ${node}`,
        })
      ),
      ...coverage.devices.filter(({ ok }) => !ok).map(({ device, from, detail }) =>
        finding("error", "HA8004", {
          at: `device ${device}`,
          what: `it does not work from ${from}`,
          why: detail,
          fix: "look at its address, its password and its power",
        })
      ),
      ...nodes.filter((node) => !covered.has(node.toLowerCase())).map((node) =>
        finding("error", "HA8021", {
          at: `node ${node}`,
          what: "no device that works can fence it",
          why: "if it is lost, its services stay down",
          fix: "configure a device that names it, and try it: ha fence test",
        })
      ),
    ];
  },
});

/** Whether a fencing was seen to succeed. */
export const fenceTested = check({
  name: "fence-tested",
  summary: "a fencing was seen to succeed",
  needs: ["fencings", "cib"],
  find: ({ fencings, cib }) =>
    fenceable(cib).length === 0 || fencings.some(({ ok }) => ok) ? [] : [
      finding("warning", "HA8022", {
        at: "fencing",
        what: "no node remembers a fencing that succeeded",
        why: "a device that answers may still be wired to another machine",
        fix: "fence each node once while that is harmless: ha fence NODE",
      }),
    ],
});
