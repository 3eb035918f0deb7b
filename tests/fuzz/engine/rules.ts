/**
 * Rules at random: dates, node attributes, agents and operations.
 *
 * @module
 */
import type { Random } from "../../../daemons/runtime/random.ts";
import { attributesXml } from "./plan.ts";

/** What a rule may ask about where it stands. */
export type RuleKind = "location" | "resource" | "operation" | "date";

/** A rule. `extra` holds the attributes that its place allows, as a score. */
export function ruleXml(
  random: Random,
  id: string,
  kind: RuleKind,
  extra: Readonly<Record<string, string>> = {},
  depth = 0,
): string {
  const parts = Array.from({ length: random.between(1, 2) }, (_, n) => {
    const inner = `${id}-${n}`;
    if (depth === 0 && random.chance(0.15)) return ruleXml(random, inner, kind, {}, 1);
    return partXml(random, inner, kind);
  });
  const op = parts.length > 1 || random.chance(0.2) ? random.pick(["and", "or"]) : undefined;
  return `<rule${attributesXml({ id, "boolean-op": op, ...extra })}>${parts.join("")}</rule>`;
}

function partXml(random: Random, id: string, kind: RuleKind): string {
  if (random.chance(kind === "date" ? 1 : 0.35)) return dateXml(random, id);
  if (kind === "location") return attributeXml(random, id);
  if (kind === "operation" && random.chance(0.5)) {
    return `<op_expression${
      attributesXml({
        id,
        name: random.pick(["monitor", "start", "stop", "promote"]),
        interval: random.chance(0.3) ? random.pick(["10s", "0", "7s"]) : undefined,
      })
    }/>`;
  }
  return `<rsc_expression${
    attributesXml({
      id,
      class: random.chance(0.5) ? random.pick(["ocf", "systemd"]) : undefined,
      provider: random.chance(0.3) ? random.pick(["pacemaker", "heartbeat"]) : undefined,
      type: random.chance(0.5) ? random.pick(["Dummy", "Stateful", "web"]) : undefined,
    })
  }/>`;
}

function attributeXml(random: Random, id: string): string {
  const attribute = random.pick([
    "site",
    "rack",
    "#uname",
    "#kind",
    "#id",
    "weight",
    "#ra-version",
  ]);
  const operation = random.pick(["eq", "ne", "lt", "gt", "lte", "gte", "defined", "not_defined"]);
  const isThere = operation === "defined" || operation === "not_defined";
  return `<expression${
    attributesXml({
      id,
      attribute,
      operation,
      value: isThere
        ? undefined
        : random.pick(["a", "b", "node1", "node2", "1", "10", "9", "cluster", "remote", "2.0"]),
      type: random.chance(0.3)
        ? random.pick(["string", "integer", "number", "version"])
        : undefined,
    })
  }/>`;
}

/** Around 2023-11-14T22:13:20Z, a Tuesday: the time of the clusters. */
function dateXml(random: Random, id: string): string {
  const times = [
    "2023-11-14",
    "2023-11-14 22:13:20Z",
    "2023-11-14 22:13:21Z",
    "2023-11-14 22:00:00 +01:00",
    "2020-01-01",
    "2030-06-30 12:00:00",
    "2023-W46-2",
    "2023-318",
  ];
  switch (random.between(0, 3)) {
    case 0:
      return `<date_expression id="${id}" operation="gt" start="${random.pick(times)}"/>`;
    case 1:
      return `<date_expression id="${id}" operation="lt" end="${random.pick(times)}"/>`;
    case 2: {
      const lasting = random.chance(0.3)
        ? `<duration id="${id}-d"${
          attributesXml({
            [random.pick(["hours", "days", "months", "weeks"])]: random.pick(["1", "4"]),
          })
        }/>`
        : "";
      const end = lasting === "" || random.chance(0.2) ? random.pick(times) : undefined;
      return `<date_expression${
        attributesXml({ id, operation: "in_range", start: random.pick(times), end })
      }>${lasting}</date_expression>`;
    }
    default: {
      const field = random.pick([
        ["hours", "22"],
        ["hours", "9-16"],
        ["hours", "20-"],
        ["weekdays", "1-5"],
        ["weekdays", "2"],
        ["months", "11"],
        ["monthdays", "1-14"],
        ["monthdays", "-13"],
        ["years", "2023"],
        ["weeks", "46"],
        ["yeardays", "318"],
        ["minutes", "13"],
        ["seconds", "0-20"],
      ]);
      return `<date_expression id="${id}" operation="date_spec"><date_spec id="${id}-s"${
        attributesXml({ [field[0]!]: field[1]! })
      }/></date_expression>`;
    }
  }
}
