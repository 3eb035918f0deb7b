/**
 * Resources: failures, agents that a node lacks, constraints without an end, alerts.
 *
 * @module
 */
import type { XmlElement } from "../../../../metadata/xml/mod.ts";
import { Draft } from "../../api/document/draft.ts";
import { all, childrenOf } from "../../api/document/element.ts";
import { alertWarnings } from "../../status/alerts.ts";
import { primitivesIn } from "../../status/cluster_state.ts";
import { check, finding, ofLine } from "../check.ts";

/** Result of an agent that is not installed. */
const notInstalled = "5";

/** Failures that nobody has cleaned up. */
export const resources = check({
  name: "resources",
  summary: "no resource is blocked or has failed",
  needs: ["cluster"],
  find: ({ cluster: { resources, failedActions } }) => [
    ...primitivesIn(resources).filter(({ blocked }) => blocked).map(({ id }) =>
      finding("error", "HA7002", {
        at: id,
        what: "it is blocked, and the cluster leaves it alone",
        fix: `see why with ha why ${id}, correct it, then: ha resource cleanup ${id}`,
      })
    ),
    ...failedActions.map(({ operation, resource, node, result, reason }) =>
      finding("warning", "HA7001", {
        at: operation,
        what: `it failed on ${node}: ${result}`,
        ...(reason === "" ? {} : { why: reason }),
        fix: `correct the cause, then: ha resource cleanup ${resource ?? ""} ${node}`,
      })
    ),
  ],
});

/** Agents that this node does not have, or that another one could not run. */
export const agents = check({
  name: "agents",
  summary: "every node has the agents of the resources",
  needs: ["agentLines", "cib"],
  find: ({ agentLines, cib }) => [
    ...agentLines.map((line) => ofLine(line, "error")),
    ...childrenOf(new Draft(cib).status, "node_state").flatMap((state) =>
      [...new Set(lacking(state))].map((agent) =>
        finding("warning", "HA7005", {
          at: `node ${state.attributes.uname}`,
          what: `it does not have the agent ${agent}, or a program that the agent needs`,
          why: "resources of this agent cannot run there",
          fix: "install the package on that node, then: ha resource refresh",
        })
      )
    ),
  ],
});

/** Agents that were not installed where a resource was looked for. */
const lacking = (state: XmlElement): readonly string[] =>
  [...all(state)].filter((one) =>
    one.name.raw === "lrm_resource" &&
    childrenOf(one, "lrm_rsc_op").some(({ attributes }) => attributes["rc-code"] === notInstalled)
  ).map(({ attributes: { class: cls, provider, type } }) =>
    [cls, provider, type].filter((part) => part !== undefined).join(":")
  );

/** Moves and bans that nobody ends. */
export const moves = check({
  name: "moves",
  summary: "every move and ban ends",
  needs: ["cib"],
  find: ({ cib }) =>
    childrenOf(new Draft(cib).section("constraints"), "rsc_location").filter((one) =>
      /^cli-(?:ban|prefer|standby)-/.test(one.attributes.id ?? "") &&
      ![...all(one)].some(({ name }) => name.raw === "date_expression")
    ).map(({ attributes: { id = "", rsc = "" } }) =>
      finding("warning", "HA7040", {
        at: id,
        what: `a ${id.startsWith("cli-ban") ? "ban" : "move"} of "${rsc}" has no end`,
        fix: `remove it if its reason is gone: ha resource clear ${rsc}`,
      })
    ),
});

/** Recipients of alerts that are not reached. */
export const alerts = check({
  name: "alerts",
  summary: "alerts reach their recipients",
  needs: ["alerts"],
  find: ({ alerts }) => alertWarnings(alerts).map((line) => ofLine(line)),
});

/** The configuration of the cluster. */
export const configuration = check({
  name: "configuration",
  summary: "ha configure verify finds nothing in the CIB",
  needs: ["cibLines"],
  find: ({ cibLines }) => cibLines.map((line) => ofLine(line)),
});
