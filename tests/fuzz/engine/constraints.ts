/**
 * The constraints of a random cluster.
 *
 * @module
 */
import { attributesXml, type Plan, type PlannedResource, someOf } from "./plan.ts";
import { ruleXml } from "./rules.ts";

const constraintsMax = 6;
const scores = ["100", "-100", "10", "INFINITY", "INFINITY", "-INFINITY"];

/** The constraints section. */
export function constraintsXml(plan: Plan): string {
  const { random, has } = plan;
  const kinds = ["location", "colocation", "order"];
  if (has.has("tickets")) kinds.push("ticket", "ticket");
  if (has.has("sets")) kinds.push("sets", "sets");
  return Array.from({ length: random.between(0, constraintsMax) }, (_, n) => {
    const id = `c${n}`;
    switch (random.pick(kinds)) {
      case "location":
        return locationXml(plan, id);
      case "colocation":
        return colocationXml(plan, id);
      case "ticket":
        return ticketXml(plan, id);
      case "sets":
        return setsXml(plan, id);
      default:
        return orderXml(plan, id);
    }
  }).join("");
}

function locationXml(plan: Plan, id: string): string {
  const { random, has, nodes } = plan;
  const who: Readonly<Record<string, string | undefined>> = random.chance(0.05)
    ? { "rsc-pattern": random.pick(["^r1", "r([12])", "p$"]) }
    : { rsc: has.has("tags") && random.chance(0.2) ? "r1" : anyId(plan) };
  const discovery = random.chance(0.1) ? random.pick(["always", "never", "exclusive"]) : undefined;
  const common = {
    id,
    ...who,
    ...someOf(random, 0.1, { role: ["Started", "Promoted", "Unpromoted"] }),
    "resource-discovery": discovery,
  };
  if (has.has("rules") && random.chance(0.6)) {
    const worth = random.chance(0.2)
      ? { "score-attribute": random.pick(["weight", "rack"]) }
      : { score: random.pick(scores) };
    const role = someOf(random, 0.1, { role: ["Promoted", "Started"] });
    const { role: _, ...rest } = { role: undefined, ...common };
    return `<rsc_location${attributesXml(rest)}>${
      ruleXml(random, `${id}-rule`, "location", { ...worth, ...role })
    }</rsc_location>`;
  }
  return `<rsc_location${
    attributesXml({ ...common, node: random.pick(nodes).name, score: random.pick(scores) })
  }/>`;
}

function colocationXml(plan: Plan, id: string): string {
  const { random, has } = plan;
  const pair = twoIds(plan);
  if (pair === undefined) return "";
  return `<rsc_colocation${
    attributesXml({
      id,
      rsc: pair[0],
      "with-rsc": pair[1],
      score: random.pick(scores),
      ...someOf(random, 0.15, {
        "rsc-role": ["Started", "Promoted", "Unpromoted", "Stopped"],
        "with-rsc-role": ["Started", "Promoted", "Promoted", "Unpromoted"],
      }),
      ...someOf(random, 0.08, { influence: ["true", "false"] }),
      ...has.has("node attributes") ? someOf(random, 0.3, { "node-attribute": ["site"] }) : {},
    })
  }/>`;
}

function orderXml(plan: Plan, id: string): string {
  const { random } = plan;
  const pair = twoIds(plan);
  if (pair === undefined) return "";
  const kind = random.pick(["Mandatory", "Mandatory", "Mandatory", "Optional", "Serialize"]);
  return `<rsc_order${
    attributesXml({
      id,
      first: pair[0],
      then: pair[1],
      kind,
      symmetrical: kind === "Serialize" || random.chance(0.2) ? "false" : undefined,
      ...someOf(random, 0.15, {
        "first-action": ["start", "stop", "promote", "demote"],
        "then-action": ["start", "stop", "promote", "demote"],
      }),
      ...someOf(random, 0.08, { "require-all": ["true", "false"] }),
    })
  }/>`;
}

function ticketXml(plan: Plan, id: string): string {
  const { random, tickets } = plan;
  return `<rsc_ticket${
    attributesXml({
      id,
      rsc: anyId(plan),
      ticket: random.pick(tickets),
      ...someOf(random, 0.6, { "loss-policy": ["stop", "demote", "fence", "freeze"] }),
      ...someOf(random, 0.3, { "rsc-role": ["Started", "Promoted", "Unpromoted", "Stopped"] }),
    })
  }/>`;
}

function setsXml(plan: Plan, id: string): string {
  const { random } = plan;
  const kind = random.pick(["rsc_order", "rsc_colocation", "rsc_ticket", "rsc_location"]);
  const left = random.shuffle(topIds(plan));
  const sets = Array.from({ length: random.between(1, 2) }, (_, n) => {
    const refs = left.splice(0, random.between(1, 3));
    if (refs.length === 0) return "";
    const own = someOf(random, 0.3, {
      ...kind === "rsc_order" || kind === "rsc_colocation" ? { sequential: ["true", "false"] } : {},
      ...kind === "rsc_order"
        ? { "require-all": ["true", "false"], action: ["start", "promote", "stop", "demote"] }
        : { role: ["Started", "Promoted", "Unpromoted"] },
    });
    return `<resource_set${attributesXml({ id: `${id}-s${n}`, ...own })}>${
      refs.map((ref) => `<resource_ref id="${ref}"/>`).join("")
    }</resource_set>`;
  }).join("");
  const attributes: Readonly<Record<string, string | undefined>> = {
    rsc_order: {
      kind: random.pick(["Mandatory", "Optional"]),
      symmetrical: random.chance(0.2) ? "false" : undefined,
    },
    rsc_colocation: { score: random.pick(scores) },
    rsc_ticket: {
      ticket: random.pick(plan.tickets),
      "loss-policy": random.pick(["stop", "fence"]),
    },
    rsc_location: { node: random.pick(plan.nodes).name, score: random.pick(scores) },
  }[kind]!;
  return `<${kind}${attributesXml({ id, ...attributes })}>${sets}</${kind}>`;
}

/** Constraints name whole resources; with the feature for it members too. */
function anyId(plan: Plan): string {
  const { random } = plan;
  const all = topIds(plan);
  if (!plan.has.has("collective constraints") || random.chance(0.7)) return random.pick(all);
  return random.pick([...all, ...plan.resources.flatMap(innerIds)]);
}

function innerIds({ kind, members }: PlannedResource): readonly string[] {
  return kind === "primitive" ? [] : members.map(({ id }) => id);
}

function topIds({ resources }: Plan): readonly string[] {
  return resources.map(({ id }) => id);
}

function twoIds(plan: Plan): readonly [string, string] | undefined {
  const first = anyId(plan);
  const second = anyId(plan);
  return first === second ? undefined : [first, second];
}
