/**
 * Which rules of a configuration hold at a time, and on which nodes: by the policy engine's own
 * evaluation.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { evaluateRule } from "../../../pengine/doors/rules.ts";
import { workingSet } from "../../status/cluster_state.ts";
import { Draft } from "../document/draft.ts";
import { childrenOf } from "../document/element.ts";

/** Expressions that one rule may come to, references included. */
const expressionsMax = 10_000;

/** A rule with the element that has it. */
export interface RuleAt {
  readonly rule: XmlElement;
  readonly owner: XmlElement;
}

/** What is known of one rule at a time. */
export interface RuleState {
  readonly id: string;
  /** `rsc_location l`. */
  readonly of: string;
  /** On every node, or without any. */
  readonly holds: boolean;
  /** Nodes on which it holds, where that depends on the node. */
  readonly nodes?: readonly string[];
  /** Seconds since 1970 when time alone changes it. */
  readonly changesAtS?: number;
  readonly problems: readonly string[];
  /** It asks for more than a time and a node: a resource, an operation, a role. */
  readonly dependsOn: readonly string[];
}

/** Outermost rules, in the order of the document. */
export function rulesIn(draft: Draft): readonly RuleAt[] {
  const found: RuleAt[] = [];
  const look = (owner: XmlElement) => {
    for (const child of childrenOf(owner)) {
      if (child.name.raw === "rule") found.push({ rule: child, owner });
      else look(child);
    }
  };
  look(draft.configuration);
  return found;
}

/** The states of rules at a time. */
export function statesOf(cib: XmlElement, rules: readonly RuleAt[], nowS: number): RuleState[] {
  const draft = new Draft(cib);
  const nodes = workingSet(cib, nowS).nodes.filter(({ kind }) => kind !== "ping");
  return rules.map(({ rule, owner }) => {
    const problems = new Set<string>();
    const times: number[] = [];
    const holdsOn = (attributes?: ReadonlyMap<string, string>): boolean =>
      evaluateRule(rule, {
        nowS,
        ...(attributes === undefined ? {} : { attributes }),
        resolve: (one) => {
          const reference = one.attributes["id-ref"];
          return reference === undefined ? one : draft.byId(reference, one.name.raw);
        },
        budget: { expressionsLeft: expressionsMax },
        complain: (_element, problem) => problems.add(problem),
        changesAt: (atS) => times.push(atS),
      });
    const expressions = below(rule);
    const ofNodes = expressions.some(({ name, attributes }) =>
      name.raw === "expression" && attributes.attribute !== "#role"
    );
    const holding = ofNodes
      ? nodes.filter(({ attributes }) => holdsOn(attributes)).map(({ name }) => name)
      : [];
    const holds = ofNodes ? nodes.length > 0 && holding.length === nodes.length : holdsOn();
    const later = times.filter((atS) => atS > nowS);
    return {
      id: rule.attributes.id ?? "",
      of: `${owner.name.raw} ${owner.attributes.id ?? ""}`,
      holds,
      ...(ofNodes ? { nodes: holding } : {}),
      ...(later.length === 0 ? {} : { changesAtS: Math.min(...later) }),
      problems: [...problems],
      dependsOn: [...new Set(expressions.flatMap(asksFor))],
    };
  });
}

const below = (of: XmlElement): readonly XmlElement[] =>
  childrenOf(of).flatMap((child) => [child, ...below(child)]);

const asksFor = ({ name, attributes }: XmlElement): readonly string[] =>
  name.raw === "rsc_expression"
    ? ["the resource"]
    : name.raw === "op_expression"
    ? ["the operation"]
    : name.raw === "expression" && attributes.attribute === "#role"
    ? ["the role"]
    : [];
