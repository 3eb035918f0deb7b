/**
 * The resources of a random cluster.
 *
 * @module
 */
import { bundleXml } from "./bundles.ts";
import { metaOf, operationsXml, parametersXml } from "./resource_parts.ts";
import {
  type Agent,
  attributesXml,
  pairsXml,
  type Plan,
  type PlannedPrimitive,
  type PlannedResource,
  someOf,
} from "./plan.ts";

const resourcesMax = 5;
const dummy: Agent = { class: "ocf", provider: "pacemaker", type: "Dummy" };
const stateful: Agent = { class: "ocf", provider: "pacemaker", type: "Stateful" };

/** Chooses the resources, and writes each. */
export function planResources(plan: Plan): void {
  const { random, has, resources } = plan;
  if (plan.fencing || random.chance(0.1)) {
    const devices = has.has("fencing") ? random.between(1, 2) : 1;
    for (let n = 1; n <= devices; n++) {
      resources.push(alone(plan, `fence${n}`, { class: "stonith", type: "fence_dummy" }));
    }
  }
  const kinds: PlannedResource["kind"][] = ["primitive", "primitive"];
  if (has.has("groups")) kinds.push("group", "group");
  if (has.has("clones")) kinds.push("clone", "clone");
  if (has.has("promotable")) kinds.push("promotable", "promotable");
  if (has.has("bundles")) kinds.push("bundle", "bundle");
  for (let n = 1; n <= random.between(1, resourcesMax); n++) {
    resources.push(made(plan, `r${n}`, random.pick(kinds)));
  }
  if (has.has("remotes")) {
    for (let n = 1; n <= random.between(1, 2); n++) addRemote(plan, `remote${n}`);
  }
  if (has.has("guests")) addGuest(plan, "guest1");
}

/** The resources section. */
export function resourcesXml({ random, resources, has }: Plan): string {
  const templates = has.has("templates")
    ? `<template id="tpl" class="ocf" provider="pacemaker" type="Dummy">${
      pairsXml(
        "meta_attributes",
        "tpl-meta",
        someOf(random, 0.4, {
          "resource-stickiness": ["5"],
          "migration-threshold": ["1"],
          "priority": ["3"],
        }),
      )
    }<operations><op id="tpl-m" name="monitor" interval="10s"/></operations></template>`
    : "";
  return templates + resources.map(({ xml }) => xml).join("");
}

function addRemote(plan: Plan, name: string): void {
  const { random } = plan;
  const state = random.pick(["online", "online", "offline", "lost"] as const);
  plan.nodes.push({ name, kind: "remote", state });
  const agent = { class: "ocf", provider: "pacemaker", type: "remote" };
  plan.resources.push(alone(plan, name, agent, { node: name }));
}

function addGuest(plan: Plan, name: string): void {
  const { random } = plan;
  const state = random.pick(["online", "online", "offline", "lost"] as const);
  plan.nodes.push({ name, kind: "guest", state });
  const agent = { class: "ocf", provider: "heartbeat", type: "VirtualDomain" };
  plan.resources.push(alone(plan, `vm-${name}`, agent, { node: name, guest: true }));
}

function made(plan: Plan, id: string, kind: PlannedResource["kind"]): PlannedResource {
  const { random, has } = plan;
  switch (kind) {
    case "primitive":
      return alone(plan, id, random.chance(0.15) ? { class: "systemd", type: "web" } : dummy);
    case "group":
      return group(plan, id, id);
    case "bundle":
      return bundleXml(plan, id, primitive(plan, `${id}p`, stateful));
    default: {
      const inner = has.has("groups") && random.chance(0.3)
        ? group(plan, `${id}g`, id, kind === "promotable" ? stateful : dummy)
        : alone(plan, `${id}p`, kind === "promotable" ? stateful : dummy);
      return cloned(plan, id, kind, inner);
    }
  }
}

function cloned(
  plan: Plan,
  id: string,
  kind: "clone" | "promotable",
  inner: PlannedResource,
): PlannedResource {
  const { random, has } = plan;
  const own: Readonly<Record<string, string>> = {
    ...metaOf(plan),
    ...someOf(random, has.has("meta") ? 0.25 : 0.08, {
      interleave: ["true", "false"],
      ordered: ["true", "false"],
      "globally-unique": ["true", "false"],
      "clone-max": ["0", "1", "2", "3"],
      "clone-node-max": ["1", "2"],
      "clone-min": ["1", "2"],
    }),
    ...has.has("notify") ? { notify: "true" } : {},
    ...kind === "promotable"
      ? {
        promotable: "true",
        ...someOf(random, 0.15, {
          "promoted-max": ["0", "1", "2"],
          "promoted-node-max": ["1", "2"],
        }),
      }
      : {},
  };
  const unique = own["globally-unique"] === "true";
  return {
    id,
    kind,
    members: inner.members,
    instances: Number(own["clone-max"] ?? plan.nodes.length),
    unique,
    xml: `<clone id="${id}">${pairsXml("meta_attributes", `${id}-meta`, own)}${inner.xml}</clone>`,
  };
}

function group(plan: Plan, id: string, prefix: string, agent = dummy): PlannedResource {
  const { random } = plan;
  const parts = Array.from(
    { length: random.between(1, 3) },
    (_, n) => primitive(plan, `${prefix}${"abc"[n]}`, agent),
  );
  return {
    id,
    kind: "group",
    instances: 1,
    unique: false,
    members: parts.map(({ planned }) => planned),
    xml: `<group id="${id}">${pairsXml("meta_attributes", `${id}-gmeta`, metaOf(plan))}${
      parts.map(({ xml }) => xml).join("")
    }</group>`,
  };
}

function alone(
  plan: Plan,
  id: string,
  agent: Agent,
  about: { readonly node?: string; readonly guest?: boolean } = {},
): PlannedResource {
  const { planned, xml } = primitive(plan, id, agent, about);
  return { id, kind: "primitive", instances: 1, unique: false, members: [planned], xml };
}

function primitive(
  plan: Plan,
  id: string,
  agent: Agent,
  { node, guest }: { readonly node?: string; readonly guest?: boolean } = {},
): { readonly planned: PlannedPrimitive; readonly xml: string } {
  const { random, has } = plan;
  const templated = has.has("templates") && agent === dummy && random.chance(0.4);
  const monitors = random.chance(0.7) ? [10_000] : [];
  const parameters = {
    ...has.has("digests") ? someOf(random, 0.5, { fake: ["1", "2"] }) : {},
    ...agent.type === "remote" ? someOf(random, 0.4, { reconnect_interval: ["60s"] }) : {},
  };
  const own = {
    ...metaOf(plan),
    ...guest ? { "remote-node": node } : {},
    ...agent === stateful || !has.has("migration")
      ? {}
      : someOf(random, 0.7, { "allow-migrate": ["true"] }),
  };
  const room = has.has("utilization")
    ? someOf(random, 0.6, { cpu: ["1", "2"], memory: ["5", "10"] })
    : {};
  const planned = { id, agent, parameters, monitors, ...node === undefined ? {} : { node } };
  const xml = `<primitive${attributesXml(templated ? { id, template: "tpl" } : { id, ...agent })}>${
    pairsXml("meta_attributes", `${id}-meta`, own)
  }${parametersXml(plan, id, parameters)}${pairsXml("utilization", `${id}-util`, room)}${
    operationsXml(plan, id, monitors, agent === stateful)
  }</primitive>`;
  return { planned, xml };
}
