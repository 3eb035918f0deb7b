/**
 * `constraint order`, `constraint colocation` and `constraint ticket`.
 *
 * @module
 */
import { Draft } from "../document/draft.ts";
import { element } from "../document/element.ts";
import { type Changing, isOn, listOf, textOf } from "../operation.ts";
import { Problems, resourceIn, scoreIn } from "../problems.ts";
import { idOf, idParameter, roleIn } from "./id.ts";

const actions: ReadonlySet<string> = new Set(["start", "stop", "promote", "demote"]);
const kinds: readonly string[] = ["Mandatory", "Optional", "Serialize"];
const policies: ReadonlySet<string> = new Set(["stop", "demote", "fence", "freeze"]);

/** A resource with the action before it, if there is one: `promote db`. */
interface Step {
  readonly action: string | undefined;
  readonly resource: string;
}

/** Reads `[ACTION] RESOURCE then [ACTION] RESOURCE then ...`. */
function stepsIn(words: readonly string[], problems: Problems): readonly Step[] {
  const parts: string[][] = [[]];
  for (const word of words) {
    if (word === "then") parts.push([]);
    else parts.at(-1)?.push(word);
  }
  const steps = parts.flatMap((part): Step[] => {
    const [first, second, third] = part;
    if (first === undefined || third !== undefined) return [];
    if (second === undefined) return [{ action: undefined, resource: first }];
    return actions.has(first) ? [{ action: first, resource: second }] : [];
  });
  if (steps.length !== parts.length || steps.length < 2) {
    problems.wrong(
      `"${
        words.join(" ")
      }" is no order. Fix: write [ACTION] RESOURCE then [ACTION] RESOURCE, with ` +
        "ACTION start, stop, promote or demote",
    );
  }
  return steps;
}

/** `constraint order` */
export const constraintOrder: Changing = {
  path: ["constraint", "order"],
  summary: "One resource after another: FIRST then SECOND [then ...]",
  details: `  ha constraint order db then web
  ha constraint order promote db then start web --kind Optional`,
  parameters: [
    {
      name: "words",
      type: "string",
      positional: "rest required",
      value: "WORD",
      summary: "[ACTION] FIRST then [ACTION] SECOND",
    },
    { name: "kind", type: "string", value: "KIND", summary: "Mandatory, Optional or Serialize" },
    { name: "one-way", type: "boolean", summary: "Not in reverse when they stop" },
    idParameter,
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const steps = stepsIn(listOf(values, "words"), problems);
    for (const { resource } of steps) resourceIn(draft, resource, problems);
    const wanted = textOf(values, "kind");
    const kind = kinds.find((one) => one.toLowerCase() === wanted?.toLowerCase());
    if (wanted !== undefined && kind === undefined) {
      problems.wrong(`"${wanted}" is no kind of order. Fix: write ${kinds.join(", ")}`);
    }
    if (textOf(values, "id") !== undefined && steps.length > 2) {
      problems.wrong("An id belongs to one constraint. Fix: leave --id out, or name two resources");
    }
    if (problems.found) return { problems: problems.all };
    const done: string[] = [];
    for (const [at, then] of steps.entries()) {
      const first = steps[at - 1];
      if (first === undefined) continue;
      const id = idOf(draft, values, ["order", first.resource, then.resource], problems);
      draft.addTo(
        "constraints",
        element("rsc_order", {
          id,
          first: first.resource,
          "first-action": first.action,
          then: then.resource,
          "then-action": then.action,
          kind,
          symmetrical: isOn(values, "one-way") ? "false" : undefined,
        }),
      );
      done.push(`"${then.resource}" after "${first.resource}" (${id})`);
    }
    if (problems.found) return { problems: problems.all };
    return { cib: draft.root, done, named: steps.map(({ resource }) => resource) };
  },
};

/** `constraint colocation` */
export const constraintColocation: Changing = {
  path: ["constraint", "colocation"],
  summary: "A resource runs where another one runs, or not there: RESOURCE with OTHER [SCORE]",
  details: `  ha constraint colocation web with db
  ha constraint colocation web with db -INFINITY
  ha constraint colocation ip with db --with-role Promoted`,
  parameters: [
    {
      name: "resource",
      type: "string",
      positional: "required",
      value: "RESOURCE",
      summary: "What follows",
    },
    {
      name: "with",
      type: "string",
      positional: "required",
      value: "with",
      summary: "The word with",
    },
    {
      name: "other",
      type: "string",
      positional: "required",
      value: "OTHER",
      summary: "What it follows",
    },
    {
      name: "score",
      type: "string",
      positional: "optional",
      value: "SCORE",
      summary: "How much; INFINITY if left out",
    },
    { name: "role", type: "string", value: "ROLE", summary: "Only this role of the resource" },
    {
      name: "with-role",
      type: "string",
      value: "ROLE",
      summary: "Only where the other has this role",
    },
    {
      name: "node-attribute",
      type: "string",
      value: "NAME",
      summary: "On nodes with the same value of this attribute",
    },
    idParameter,
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const [id = "", other = ""] = [textOf(values, "resource"), textOf(values, "other")];
    if (textOf(values, "with") !== "with") {
      problems.wrong(
        "The word with stands between the resources. Fix: ha constraint colocation A with B",
      );
    }
    for (const one of [id, other]) resourceIn(draft, one, problems);
    if (id === other) problems.wrong(`"${id}" is always where it is. Fix: name two resources`);
    const score = scoreIn(textOf(values, "score") ?? "INFINITY", problems);
    const role = roleIn(values, "role", problems);
    const withRole = roleIn(values, "with-role", problems);
    const constraintId = idOf(draft, values, ["colocation", id, other], problems);
    if (problems.found) return { problems: problems.all };
    draft.addTo(
      "constraints",
      element("rsc_colocation", {
        id: constraintId,
        rsc: id,
        "rsc-role": role,
        "with-rsc": other,
        "with-rsc-role": withRole,
        "node-attribute": textOf(values, "node-attribute"),
        score,
      }),
    );
    const done = [`"${id}" has ${score} where "${other}" runs (${constraintId})`];
    return { cib: draft.root, done, named: [id, other] };
  },
};

/** `constraint ticket` */
export const constraintTicket: Changing = {
  path: ["constraint", "ticket"],
  summary: "A resource needs a ticket",
  parameters: [
    {
      name: "ticket",
      type: "string",
      positional: "required",
      value: "TICKET",
      summary: "Name of the ticket",
    },
    {
      name: "resource",
      type: "string",
      positional: "required",
      value: "RESOURCE",
      summary: "The resource",
    },
    { name: "role", type: "string", value: "ROLE", summary: "Only this role needs it" },
    {
      name: "loss-policy",
      type: "string",
      value: "POLICY",
      summary: "When it is lost: stop, demote, fence or freeze",
    },
    idParameter,
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const [ticket = "", id = ""] = [textOf(values, "ticket"), textOf(values, "resource")];
    resourceIn(draft, id, problems);
    const role = roleIn(values, "role", problems);
    const policy = textOf(values, "loss-policy");
    if (policy !== undefined && !policies.has(policy)) {
      problems.wrong(`"${policy}" is no policy. Fix: write stop, demote, fence or freeze`);
    }
    const constraintId = idOf(draft, values, ["ticket", ticket, id], problems);
    if (problems.found) return { problems: problems.all };
    draft.addTo(
      "constraints",
      element("rsc_ticket", {
        id: constraintId,
        rsc: id,
        "rsc-role": role,
        ticket,
        "loss-policy": policy,
      }),
    );
    return {
      cib: draft.root,
      done: [`"${id}" needs the ticket "${ticket}" (${constraintId})`],
      named: [id],
    };
  },
};

/** `constraint rm` */
export const constraintRm: Changing = {
  path: ["constraint", "rm"],
  summary: "Remove constraints by their ids",
  parameters: [
    {
      name: "ids",
      type: "string",
      positional: "rest required",
      value: "ID",
      summary: "Ids, as ha constraint ls shows them",
    },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const ids = [...new Set(listOf(values, "ids"))];
    const known = () => constraintIds(draft);
    for (const id of ids) {
      if (!known().includes(id)) problems.missing("constraint", id, known());
    }
    if (problems.found) return { problems: problems.all };
    for (const id of ids) {
      const found = draft.section("constraints")?.children.find((child) =>
        child.type === "element" && child.attributes.id === id
      );
      if (found?.type === "element") draft.replace(found);
    }
    return { cib: draft.root, done: ids.map((id) => `Removed: ${id}`) };
  },
};

const constraintIds = (draft: Draft): readonly string[] =>
  (draft.section("constraints")?.children ?? []).flatMap((child) =>
    child.type === "element" ? child.attributes.id ?? [] : []
  );
