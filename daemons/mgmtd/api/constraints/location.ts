/**
 * `constraint location`.
 *
 * @module
 */
import { Draft } from "../document/draft.ts";
import { element } from "../document/element.ts";
import { type Changing, textOf, type Values, type Worked } from "../operation.ts";
import { nodeIn, Problems, resourceIn, scoreIn } from "../problems.ts";
import { constraintsOf } from "../resources/references.ts";
import { idOf, idParameter, roleIn } from "./id.ts";
import { ruleElement, RuleError } from "./rule_text.ts";

const discoveries: ReadonlySet<string> = new Set(["always", "never", "exclusive"]);

/** See the head of the file. */
export const constraintLocation: Changing = {
  path: ["constraint", "location"],
  summary: "A resource prefers or avoids a node, or nodes that a rule selects",
  details: `  ha constraint location web bob 100
  ha constraint location web carol -INFINITY
  ha constraint location web --rule "pingd lt 1 or not_defined pingd" -INFINITY

With --rule the score follows the resource. A constraint between the same resource and node gets the
new score.`,
  parameters: [
    {
      name: "resource",
      type: "string",
      positional: "required",
      value: "RESOURCE",
      summary: "The resource",
    },
    {
      name: "first",
      type: "string",
      positional: "required",
      value: "NODE",
      summary: "The node; with --rule the score",
    },
    {
      name: "second",
      type: "string",
      positional: "optional",
      value: "SCORE",
      summary: "How much; INFINITY if left out",
    },
    { name: "rule", type: "string", value: "RULE", summary: "On which nodes, or when" },
    { name: "role", type: "string", value: "ROLE", summary: "Only for this role" },
    {
      name: "discovery",
      type: "string",
      value: "MODE",
      summary: "Where to probe: always, never or exclusive",
    },
    idParameter,
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const id = textOf(values, "resource") ?? "";
    resourceIn(draft, id, problems);
    const text = textOf(values, "rule");
    const role = roleIn(values, "role", problems);
    const discovery = textOf(values, "discovery");
    if (discovery !== undefined && !discoveries.has(discovery)) {
      problems.wrong(
        `--discovery "${discovery}" is unknown. Fix: write always, never or exclusive`,
      );
    }
    const [first = "", second] = [textOf(values, "first"), textOf(values, "second")];
    const common = { rsc: id, role, "resource-discovery": discovery };
    if (text !== undefined) {
      if (second !== undefined) {
        problems.wrong("With --rule only the score follows. Fix: leave the node out");
      }
      return byRule(draft, values, { text, score: first, common }, problems);
    }
    const node = nodeIn(draft, first, problems);
    const score = scoreIn(second ?? "INFINITY", problems);
    const old = constraintsOf(draft).find(({ name, attributes, children }) =>
      name.raw === "rsc_location" && attributes.rsc === id && attributes.node === node &&
      attributes.role === role && children.length === 0
    );
    if (problems.found || node === undefined || score === undefined) {
      return { problems: problems.all };
    }
    const constraintId = old?.attributes.id ??
      idOf(draft, values, ["location", id, node], problems);
    if (problems.found) return { problems: problems.all };
    const made = element("rsc_location", {
      ...old?.attributes,
      id: constraintId,
      ...common,
      node,
      score,
    });
    if (old === undefined) draft.addTo("constraints", made);
    else draft.replace(old, made);
    return {
      cib: draft.root,
      done: [`"${id}" has ${score} for ${node} (${constraintId})`],
      named: [id],
    };
  },
};

function byRule(
  draft: Draft,
  values: Values,
  { text, score: scoreText, common }: {
    readonly text: string;
    readonly score: string;
    readonly common: Readonly<Record<string, string | undefined>> & { readonly rsc: string };
  },
  problems: Problems,
): Worked {
  const { rsc } = common;
  const score = scoreIn(scoreText, problems);
  const id = idOf(draft, values, ["location", rsc], problems);
  if (problems.found || score === undefined) return { problems: problems.all };
  try {
    const rule = ruleElement(draft, text, id, { score });
    draft.addTo("constraints", element("rsc_location", { id, ...common }, [rule]));
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    problems.wrong(`The rule "${text}" cannot be read: ${error.message}. Fix: correct it`);
    return { problems: problems.all };
  }
  return { cib: draft.root, done: [`"${rsc}" has ${score} where: ${text}`], named: [rsc] };
}
