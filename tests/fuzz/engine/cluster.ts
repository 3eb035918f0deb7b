/**
 * Clusters made at random from all elements of the configuration language, with histories.
 *
 * Each cluster takes a few features only (`features`), else every one would hold the same mixture
 * and most rules would hide each other. The same random numbers give the same cluster.
 *
 * @module
 */
import type { Random } from "../../../daemons/runtime/random.ts";
import { constraintsXml } from "./constraints.ts";
import { defaultsXml, optionsXml, tagsXml, topologyXml } from "./options.ts";
import { nodesXml, planNodes } from "./nodes.ts";
import { features, type Plan } from "./plan.ts";
import { planResources, resourcesXml } from "./resources.ts";
import { statusXml } from "./status.ts";

/** The time of every cluster, seconds since 1970. */
export const nowS = 1_700_000_000;

/** The CIB of a cluster. */
export function wideCib(random: Random): string {
  const share = random.pick([0.1, 0.25, 0.25, 0.5]);
  const plan: Plan = {
    random,
    has: new Set(features.filter(() => random.chance(share))),
    nodes: [],
    resources: [],
    tickets: ["ticketA", "ticketB"],
    fencing: random.chance(0.6),
  };
  planNodes(plan);
  planResources(plan);
  const quorate = random.chance(0.85) ? 1 : 0;
  return `<cib crm_feature_set="3.20.1" validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" ` +
    `num_updates="0" have-quorum="${quorate}" dc-uuid="node1-id" execution-date="${nowS}">` +
    `<configuration><crm_config>${optionsXml(plan)}</crm_config>` +
    `<nodes>${nodesXml(plan)}</nodes><resources>${resourcesXml(plan)}</resources>` +
    `<constraints>${constraintsXml(plan)}</constraints>` +
    `${topologyXml(plan)}${defaultsXml(plan)}${tagsXml(plan)}</configuration>` +
    `<status>${statusXml(plan)}</status></cib>`;
}
