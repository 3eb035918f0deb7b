/**
 * `resource move`, `resource ban` and `resource clear`: a constraint for a while, under the ids that
 * Pacemaker's `crm_resource` uses for the same purpose, so that either tool finds what the other made.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { durationMs } from "../../../../metadata/special/mod.ts";
import { Draft } from "../document/draft.ts";
import { childrenOf, element } from "../document/element.ts";
import {
  type About,
  type Changing,
  isOn,
  type Parameter,
  textOf,
  type Values,
} from "../operation.ts";
import { nodeIn, Problems, resourceIn } from "../problems.ts";
import { constraintsOf } from "./references.ts";
import { runningOn } from "./running.ts";

/** Seconds after which a move or ban ends without --for: long enough to see what happens. */
const expiryS = 3600;
/** Seconds a move may be asked for. */
const forSMax = 366 * 24 * 3600;

const parameters: readonly Parameter[] = [
  {
    name: "resource",
    type: "string",
    positional: "required",
    value: "RESOURCE",
    summary: "The resource, group or clone",
  },
  { name: "node", type: "string", positional: "optional", value: "NODE", summary: "The node" },
  {
    name: "for",
    type: "string",
    value: "DURATION",
    summary: "How long it holds: 30min, 2h; 1h if left out",
  },
  { name: "keep", type: "boolean", summary: "It holds until ha resource clear" },
  { name: "promoted", type: "boolean", summary: "Only the promoted role" },
];

/** Constraints of earlier moves and bans; of one resource if it is named. */
const movesOf = (draft: Draft, id?: string): readonly XmlElement[] =>
  constraintsOf(draft).filter(({ name, attributes }) =>
    name.raw === "rsc_location" && /^cli-(?:prefer|ban)-/.test(attributes.id ?? "") &&
    (id === undefined || attributes.rsc === id)
  );

/** When a constraint of a move ends, seconds since 1970; undefined: never. */
export function endOf(constraint: XmlElement): number | undefined {
  const [rule] = childrenOf(constraint, "rule");
  const dates = childrenOf(rule, "date_expression").filter(({ attributes }) =>
    attributes.operation === "lt" && attributes.end !== undefined
  );
  const ends = dates.map(({ attributes }) =>
    Date.parse((attributes.end ?? "").replace(" ", "T")) / 1000
  );
  return ends.length === 1 && Number.isFinite(ends[0]) ? ends[0] : undefined;
}

/** Removes what has ended. @returns ids of what is gone. */
export function dropEnded(draft: Draft, nowS: number): readonly string[] {
  const ended = movesOf(draft).filter((one) => (endOf(one) ?? Infinity) <= nowS);
  for (const one of ended) draft.replace(one);
  return ended.map(({ attributes }) => attributes.id ?? "");
}

function untilS(values: Values, { nowS }: About, problems: Problems): number | undefined {
  const text = textOf(values, "for");
  if (isOn(values, "keep")) {
    if (text !== undefined) {
      problems.wrong("--for and --keep exclude each other. Fix: give one of them");
    }
    return undefined;
  }
  if (text === undefined) return nowS + expiryS;
  const ms = durationMs(text);
  const seconds = ms === undefined ? undefined : Math.ceil(ms / 1000);
  if (seconds === undefined || seconds < 1 || seconds > forSMax) {
    problems.wrong(`"${text}" is no duration from 1 s to 1 year. Fix: write it like 30min or 2h`);
    return undefined;
  }
  return nowS + seconds;
}

/** A time as the configuration language writes it. */
const timeText = (atS: number): string => new Date(atS * 1000).toISOString().replace(".000", "");

function constrain(
  draft: Draft,
  kind: "prefer" | "ban",
  id: string,
  node: string,
  { endS, promoted }: { readonly endS: number | undefined; readonly promoted: boolean },
): string {
  const constraintId = kind === "prefer" ? `cli-prefer-${id}` : `cli-ban-${id}-on-${node}`;
  const old = movesOf(draft, id).find(({ attributes }) => attributes.id === constraintId);
  if (old !== undefined) draft.replace(old);
  const score = kind === "prefer" ? "INFINITY" : "-INFINITY";
  const role = promoted ? "Promoted" : undefined;
  if (endS === undefined) {
    draft.addTo(
      "constraints",
      element("rsc_location", { id: constraintId, rsc: id, role, node, score }),
    );
    return constraintId;
  }
  const ruleId = `${constraintId}-rule`;
  draft.addTo(
    "constraints",
    element("rsc_location", { id: constraintId, rsc: id, role }, [
      element("rule", { id: ruleId, score, "boolean-op": "and" }, [
        element("expression", {
          id: `${constraintId}-expr`,
          attribute: "#uname",
          operation: "eq",
          value: node,
          type: "string",
        }),
        element("date_expression", {
          id: `${constraintId}-lifetime`,
          operation: "lt",
          end: timeText(endS),
        }),
      ]),
    ]),
  );
  return constraintId;
}

/** Where it runs now: one node, else a problem. */
function onlyNode(
  draft: Draft,
  id: string,
  promoted: boolean,
  about: About,
  problems: Problems,
): string | undefined {
  const nodes = runningOn(about.state(draft.root), id, promoted);
  if (nodes.length === 1) return nodes[0];
  problems.impossible(
    nodes.length === 0
      ? `"${id}" runs on no node. Fix: name the node`
      : `"${id}" runs on ${nodes.join(", ")}. Fix: name the node`,
  );
  return undefined;
}

const untilText = (endS: number | undefined): string =>
  endS === undefined ? "until ha resource clear" : `until ${timeText(endS)}`;

/** `resource move` */
export const resourceMove: Changing = {
  path: ["resource", "move"],
  summary: "Move a resource to a node, or away from where it runs",
  details:
    `The constraint that moves it ends by itself. With --wait it is removed as soon as the move is done,
unless the resource would go back then. --keep makes it hold until ha resource clear.

  ha resource move db bob --wait        move it, and leave nothing behind
  ha resource move db --for 2h          away from its node, for two hours`,
  parameters,
  effect: "change",
  change(cib, values, about) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const id = textOf(values, "resource") ?? "";
    const found = resourceIn(draft, id, problems);
    const promoted = isOn(values, "promoted");
    const named = textOf(values, "node");
    const node = named === undefined ? undefined : nodeIn(draft, named, problems);
    const endS = untilS(values, about, problems);
    refuseMember(draft, id, found, problems);
    if (problems.found) return { problems: problems.all };
    // What was asked for a time, or until it is cleared, stays.
    const stays = isOn(values, "keep") || values.for !== undefined;
    if (node === undefined) {
      const from = onlyNode(draft, id, promoted, about, problems);
      if (from === undefined) return { problems: problems.all };
      const made = constrain(draft, "ban", id, from, { endS, promoted });
      return {
        cib: draft.root,
        done: [`"${id}" leaves ${from} ${untilText(endS)}`],
        named: [id],
        temporary: stays ? [] : [made],
      };
    }
    // A ban of that node would win.
    const bans = movesOf(draft, id).filter(({ attributes }) =>
      attributes.id === `cli-ban-${id}-on-${node}`
    );
    for (const one of bans) draft.replace(one);
    const made = constrain(draft, "prefer", id, node, { endS, promoted });
    return {
      cib: draft.root,
      done: [`"${id}" runs on ${node} ${untilText(endS)}`],
      named: [id],
      temporary: stays ? [] : [made],
    };
  },
};

/** `resource ban` */
export const resourceBan: Changing = {
  path: ["resource", "ban"],
  summary: "Keep a resource away from a node",
  details:
    "Without NODE it is kept away from where it runs. It ends by itself; --keep makes it hold.",
  parameters,
  effect: "change",
  change(cib, values, about) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const id = textOf(values, "resource") ?? "";
    const found = resourceIn(draft, id, problems);
    const promoted = isOn(values, "promoted");
    const named = textOf(values, "node");
    const endS = untilS(values, about, problems);
    refuseMember(draft, id, found, problems);
    const node = problems.found
      ? undefined
      : named === undefined
      ? onlyNode(draft, id, promoted, about, problems)
      : nodeIn(draft, named, problems);
    if (problems.found || node === undefined) return { problems: problems.all };
    constrain(draft, "ban", id, node, { endS, promoted });
    return {
      cib: draft.root,
      done: [`"${id}" does not run on ${node} ${untilText(endS)}`],
      named: [id],
    };
  },
};

function refuseMember(
  draft: Draft,
  id: string,
  found: XmlElement | undefined,
  problems: Problems,
): void {
  const parent = found === undefined ? undefined : draft.parentOf(found);
  if (parent === undefined || parent.name.raw === "resources") return;
  problems.impossible(
    `"${id}" belongs to the ${parent.name.raw} "${parent.attributes.id}", and moves with it. ` +
      `Fix: name "${parent.attributes.id}"`,
  );
}

/** `resource clear` */
export const resourceClear: Changing = {
  path: ["resource", "clear"],
  summary: "Remove what move and ban have made",
  parameters: [
    {
      name: "resource",
      type: "string",
      positional: "optional",
      value: "RESOURCE",
      summary: "The resource; all with --all",
    },
    { name: "all", type: "boolean", summary: "Of all resources" },
    { name: "ended", type: "boolean", summary: "Only what has ended" },
  ],
  effect: "change",
  change(cib, values, { nowS }) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const id = textOf(values, "resource");
    if ((id === undefined) === !isOn(values, "all") && !isOn(values, "ended")) {
      problems.wrong("Name one resource, or give --all. Fix: ha resource clear RESOURCE");
    }
    if (id !== undefined) resourceIn(draft, id, problems);
    if (problems.found) return { problems: problems.all };
    const found = movesOf(draft, id).filter((one) =>
      !isOn(values, "ended") || (endOf(one) ?? Infinity) <= nowS
    );
    for (const one of found) draft.replace(one);
    return {
      cib: draft.root,
      done: found.length === 0
        ? ["There is nothing to clear"]
        : found.map(({ attributes }) => `Removed: ${attributes.id}`),
      named: id === undefined ? draft.resourceIds() : [id],
    };
  },
};
