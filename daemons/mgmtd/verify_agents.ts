/**
 * Resources of a running cluster against their agents: agents that no node has, and parameters that an
 * agent cannot use.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { withCode } from "../../metadata/code.ts";
import type { Client } from "../runtime/client.ts";
import type { AgentName } from "../runtime/messages.ts";
import { agentKey, agentsTouched, wrongParameters } from "../cib/doors/parameters.ts";
import { all } from "./api/document/element.ts";
import { describedBy } from "./steer/agents.ts";

/** Result of an agent that is not installed. */
const notInstalled = "5";

const nothing: XmlElement = {
  type: "element",
  name: { raw: "cib", local: "cib" },
  attributes: {},
  children: [],
};

/** The findings, a line each. */
export async function agentFindings(client: Client, cib: XmlElement): Promise<readonly string[]> {
  const agents = agentsTouched(nothing, cib);
  const known = await describedBy(client, agents);
  const missing = agents.filter((agent) =>
    !known.has(agentKey(agent)) && agent.class !== "stonith" && !hasRun(cib, agent)
  );
  return [
    ...missing.map((agent) =>
      withCode(
        "HA3013",
        `error: ${
          nameOf(agent)
        }: this node does not have the agent, and no operation of it ran on ` +
          "another one. Fix: install it, or correct the name; ha resource agents lists them",
      )
    ),
    ...wrongParameters(nothing, cib, known).map((line) => `error: ${line}`),
  ];
}

const nameOf = ({ class: cls, provider, type }: AgentName): string =>
  [cls, ...(provider === undefined ? [] : [provider]), type].join(":");

/** Whether some node has carried out an operation of the agent. */
const hasRun = (cib: XmlElement, { class: cls, provider, type }: AgentName): boolean =>
  [...all(cib)].some((one) =>
    one.name.raw === "lrm_resource" && one.attributes.class === cls &&
    one.attributes.type === type && one.attributes.provider === provider &&
    [...all(one)].some(({ name, attributes }) =>
      name.raw === "lrm_rsc_op" && attributes["rc-code"] !== notInstalled &&
      attributes["op-status"] !== "-1"
    )
  );
