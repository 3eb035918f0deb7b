/**
 * Explanations as sentences.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { scoreText } from "../place/trace.ts";
import { failedText } from "./failure.ts";
import { forbids, listed, reasonText } from "./reason.ts";
import type { Explanation, Place } from "./why.ts";
import type { NodeExplanation } from "./why_node.ts";

/** A resource, a line each. */
export function sentences(of: Explanation): readonly string[] {
  const { blocked, failed, places } = of;
  const home = places.find(({ chosen }) => chosen);
  const told = blocked?.failed?.operation;
  return [
    ...whatHappens(of),
    ...(blocked === undefined ? [] : [
      `${withCode("HA7002", capital(blocked.text))}.`,
      `Fix: ${blocked.fix}`,
    ]),
    ...failed.filter(({ operation }) => operation !== told)
      .map((one) => `Failed: ${failedText(one)}.`),
    ...(home === undefined ? [] : whyHere(home)),
    ...places.filter(({ chosen }) => !chosen).flatMap((place) => whyNot(place, home)),
  ];
}

function whatHappens(
  { resource: id, from, to, promoted, managed, because, waits }: Explanation,
): readonly string[] {
  const role = promoted ? " as promoted" : "";
  const lines: string[] = [];
  if (!managed) {
    lines.push(
      `"${id}" is ${from === undefined ? "stopped" : `on ${from}`}, and the cluster leaves it ` +
        `alone: ${because}.`,
    );
  } else if (to === undefined) {
    const now = from === undefined ? "stays stopped" : `is on ${from} and will be stopped`;
    lines.push(`"${id}" ${now}: ${because}.`);
  } else if (from === undefined) lines.push(`"${id}" will be started on ${to}${role}.`);
  else if (from === to) lines.push(`"${id}" is on ${to} and stays there${role}.`);
  else lines.push(`"${id}" is on ${from} and will move to ${to}${role}.`);
  if (waits !== undefined) {
    lines.push(`It cannot be started there yet${waits === "" ? "" : `: ${waits}`}.`);
  }
  return lines;
}

/** What is in favour of the node it will be on. */
function whyHere({ node, reasons }: Place): readonly string[] {
  const good = reasons.filter(({ score = 0 }) => score > 0).map(reasonText);
  return good.length === 0 ? [] : [`${node} is preferred because of ${listed(good)}.`];
}

function whyNot({ node, score, reasons }: Place, home: Place | undefined): readonly string[] {
  const against = reasons.filter((reason) => forbids(reason) || (reason.score ?? 0) < 0);
  const others = reasons.filter((reason) => !against.includes(reason));
  const lines = [...against, ...others].map((reason) => `  - ${reasonText(reason)}`);
  if (against.some(forbids)) return [`Not on ${node}:`, ...lines];
  if (score === undefined) return [`Not on ${node}: it was never considered.`, ...lines];
  if (score <= -1_000_000) {
    return [
      `Not on ${node}: its score there is -INFINITY, through resources that it is placed with or ` +
      "apart from. ha simulate --show-scores shows every score.",
      ...lines,
    ];
  }
  const best = home?.score;
  if (score < 0 || best === undefined) {
    return [`Not on ${node}: its score there is ${scoreText(score)}.`, ...lines];
  }
  if (score === best) {
    return [`${node} has the same score; the less loaded node was chosen.`, ...lines];
  }
  const than = `its score there is ${scoreText(score)}, on ${home?.node} it is ${scoreText(best)}`;
  return [`Not on ${node}: ${than}.`, ...lines];
}

/** Why one resource is not on one node, or that it is. */
export function whyNotThere(of: Explanation, node: string): readonly string[] {
  const [first = ""] = whatHappens(of);
  const home = of.places.find(({ chosen }) => chosen);
  const place = of.places.find((one) => one.node === node);
  if (!of.managed || place === undefined) return sentences(of);
  if (place.chosen) return [first, ...whyHere(place)];
  return [first, ...whyNot(place, home)];
}

/** A node, a line each. */
export function nodeSentences(of: NodeExplanation): readonly string[] {
  const { node, state, reasons, fence, hindered, runs } = of;
  return [
    `Node ${node}: ${state}.`,
    ...(fence.length === 0 ? [] : [`It must be fenced:`, ...fence.map((text) => `  - ${text}`)]),
    ...(hindered === undefined ? [] : [`It cannot be fenced: ${hindered}.`]),
    ...(reasons.length === 0
      ? ["Nothing keeps it from running resources."]
      : ["It runs nothing new:", ...reasons.map((reason) => `  - ${reasonText(reason)}`)]),
    `It runs ${runs.length === 0 ? "nothing" : listed(runs)}.`,
  ];
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
