/**
 * Everything that the engine says of a cluster: the graph with each attribute, the picture, the
 * scores, what people are shown before and after, why each resource, node and action is as it is, and
 * what is wrong with the document. And the same of the cluster after something happened to it, and of
 * a document that somebody damaged.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { parse, stringify, type XmlElement } from "@std/xml";
import { brokenBy } from "../../../daemons/pengine/dialect/changed.ts";
import { checkDialect } from "../../../daemons/pengine/dialect/check.ts";
import { findingLine } from "../../../daemons/pengine/finding.ts";
import { writeDot } from "../../../daemons/pengine/graph/dot.ts";
import { writeGraph } from "../../../daemons/pengine/graph/graph_xml.ts";
import { capacityLines } from "../../../daemons/pengine/place/trace.ts";
import type { Scheduled } from "../../../daemons/pengine/schedule.ts";
import { editableCib, type EditableElement } from "../../../daemons/pengine/simulate/cib_edit.ts";
import type { Injections } from "../../../daemons/pengine/simulate/inject.ts";
import { parseOperationSpec } from "../../../daemons/pengine/simulate/operation_spec.ts";
import { simulate } from "../../../daemons/pengine/simulate/simulation.ts";
import { nodeSentences, sentences, whyNotThere } from "../../../daemons/pengine/why/sentences.ts";
import { why } from "../../../daemons/pengine/why/why.ts";
import {
  actionNames,
  actionSentences,
  whyAction,
} from "../../../daemons/pengine/why/why_action.ts";
import { whyNode } from "../../../daemons/pengine/why/why_node.ts";
import type { Random } from "../../../daemons/runtime/random.ts";
import { nowS } from "./cluster.ts";

/** The texts about a cluster, by what they are about. */
export type Told = Readonly<Record<string, string>>;

/** The time zone of the caller: no whole hour, so that it shows. */
const zone = () => 5_400;
const options = { ignoreWhitespace: true, ignoreComments: true, trackPosition: true };
const read = (cib: string): XmlElement => parse(cib, options).root;
/** What somebody writes who knows no better. */
const nonsense = ["", "-1", "0", "1", "INFINITY", "-INFINITY", "99999999999", "no", "true", "a b"];

/** Every text about a cluster. */
export function toldOf(cib: string, random: Random): Told {
  const root = read(cib);
  const damaged = read(damage(root, random));
  const injections = injectionsFor(root, random);
  return {
    ...toldOfOne("", root),
    ...toldOfOne("damaged ", damaged),
    "damaged broken": brokenBy(root, damaged).map((one) => JSON.stringify(one)).join("\n"),
    happened: happened(root, injections, random),
  };
}

/** A few characters in the place of a text. */
export const digestOf = (text: string): string =>
  createHash("md5").update(text).digest("base64url").slice(0, 6);

function toldOfOne(of: string, root: XmlElement): Told {
  const details = { attributes: true, failCounts: true };
  const { report, scheduled, output } = simulate({
    cib: root,
    nowS,
    zone,
    depth: "simulate",
    details,
  });
  if (scheduled === undefined) throw new Error("it decides nothing");
  const { graph, set, scores, diagnostics } = scheduled;
  return {
    [`${of}graph`]: `${writeGraph(graph)}${graph.recheckBy}${writeDot(set, { allActions: true })}`,
    [`${of}scores`]: [...scores, ...capacityLines(set)].join("\n"),
    [`${of}status`]: `${report}${output === undefined ? "" : stringify(output)}`,
    [`${of}why`]: reasonsOf(scheduled).join("\n"),
    [`${of}findings`]: [...diagnostics, ...checkDialect(root)].map(findingLine).join("\n"),
  };
}

function reasonsOf({ set, graph }: Scheduled): readonly string[] {
  const resources = set.resources.flatMap((resource) => why(set, resource));
  return [
    ...resources.flatMap((one) => [
      ...sentences(one),
      ...set.nodes.flatMap(({ name }) => whyNotThere(one, name)),
    ]),
    ...set.nodes.flatMap((node) => nodeSentences(whyNode(set, node))),
    ...actionNames(graph).flatMap((name) => whyAction(set, graph, name).flatMap(actionSentences)),
  ];
}

/** Something happens to the cluster, and some of what is done for it fails. */
function happened(cib: XmlElement, injections: Injections, random: Random): string {
  const failing = (injections.operations ?? []).map(parseOperationSpec);
  const { report, problems, input } = simulate({
    cib,
    nowS,
    depth: "simulate",
    injections: random.chance(0.3) ? { ...injections, operations: [] } : injections,
    failures: failing.flatMap((one) => typeof one === "string" ? [] : [one]),
    timeNote: "Using the time of the test",
  });
  return [report, ...problems, stringify(input)].join("\n");
}

function injectionsFor(root: XmlElement, random: Random): Injections {
  const text = stringify(root);
  const named = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, id]) => id!))];
  const nodes = [...named(/ uname="([^"]+)"/g), "stranger"];
  const resources = [...named(/<primitive id="([^"]+)"/g), "nothing"];
  const some = (list: readonly string[]) => random.chance(0.25) ? [random.pick(list)] : [];
  const tickets = ["ticketA", "ticketC"];
  const tasks = ["start_0", "stop_0", "monitor_0", "monitor_10000", "promote_0", "odd"];
  return {
    ...random.chance(0.2) ? { quorum: random.pick(["0", "1"]) } : {},
    ...random.chance(0.2) ? { watchdog: random.pick(["true", "false"]) } : {},
    nodesUp: some(nodes),
    nodesDown: some(nodes),
    nodesFailed: some(nodes),
    ticketsGranted: some(tickets),
    ticketsRevoked: some(tickets),
    ticketsStandby: some(tickets),
    ticketsActive: some(tickets),
    operations: [1, 2, 3].map(() =>
      `${random.pick(resources)}_${random.pick(tasks)}@${random.pick(nodes)}=` +
      random.pick(["0", "1", "7", "8"])
    ),
  };
}

/** The document with a few attributes and elements that are missing, doubled or nonsense. */
function damage(cib: XmlElement, random: Random): string {
  const { root } = editableCib(cib);
  const all: EditableElement[] = [];
  const collect = (element: EditableElement): void => {
    all.push(element);
    for (const child of element.children) if (child.type === "element") collect(child);
  };
  collect(root);
  for (let times = random.between(2, 6); times > 0; times--) {
    const element = random.pick(all);
    const names = Object.keys(element.attributes);
    const name = names.length === 0 ? "id" : random.pick(names);
    switch (random.between(0, 5)) {
      case 0:
      case 1:
        delete element.attributes[name];
        break;
      case 2:
      case 3:
        element.attributes[name] = random.pick(nonsense);
        break;
      case 4:
        element.attributes.colour = "green";
        break;
      default: {
        const at = random.between(0, element.children.length);
        const again = element.children.slice(at, at + 1);
        element.children.splice(at, random.chance(0.5) ? 1 : 0, ...again);
      }
    }
  }
  return stringify(root);
}
