/**
 * Answers `ha why`, from a file, standard input or the running cluster.
 *
 * @module
 */
import { printableLine } from "../../../metadata/printable.ts";
import type { XmlElement } from "../../../metadata/xml/mod.ts";
import { schedule, type TransitionGraph } from "../../pengine/doors/engine.ts";
import type { Node, Resource, WorkingSet } from "../../pengine/doors/model.ts";
import {
  actionNames,
  actionSentences,
  type Explanation,
  nodeSentences,
  sentences,
  why,
  whyAction,
  whyNode,
  whyNotThere,
} from "../../pengine/doors/why.ts";
import type { Io } from "../command.ts";
import { exit } from "../exit.ts";
import { liveNode } from "../live_cib.ts";
import { missing, resourceNamed } from "../named.ts";
import { readCib } from "../simulate/read_cib.ts";
import { readInput, sourceName } from "../simulate/read_input.ts";
import { timeOf } from "../simulate/request.ts";
import type { Sockets } from "../status/node_report.ts";
import { type Fencing, fencingsOf, fencingText, readFencings } from "./fencings.ts";

/** What is asked. */
export type Question =
  /** About a resource or a node of this name. */
  | { readonly type: "one"; readonly name: string }
  | { readonly type: "not"; readonly resource: string; readonly node: string };

/** Where the CIB comes from. */
export type Source =
  | { readonly type: "file"; readonly path: string }
  | { readonly type: "pipe" }
  | { readonly type: "live"; readonly sockets: Sockets };

/** Answers; gives the exit code. */
export async function answerWhy(
  question: Question,
  source: Source,
  json: boolean,
  io: Io,
): Promise<number> {
  const asked = source.type === "live"
    ? await liveNode(source.sockets, io)
    : await writtenCib(source.type === "file" ? source.path : undefined, io);
  if (typeof asked === "number") return asked;
  const { cib, report } = asked;
  const fencings = report === undefined ? [] : readFencings(report);
  const { nowS } = timeOf(cib, {}, Math.floor(Date.now() / 1000));
  const { set, graph } = schedule(cib, { nowS });
  const answer = question.type === "not"
    ? answerNot(set, question, fencings)
    : answerOne(set, graph, question.name, fencings);
  if (typeof answer === "string") {
    io.err([answer]);
    return exit.noSuch;
  }
  io.out(json ? `${JSON.stringify(answer.data, undefined, 2)}\n` : answer.text);
  return exit.ok;
}

interface Answer {
  readonly text: string;
  readonly data: unknown;
}

function answerOne(
  set: WorkingSet,
  graph: TransitionGraph,
  name: string,
  fencings: readonly Fencing[],
): Answer | string {
  const resource = resourceNamed(set, name);
  const node = set.nodeByName.get(name);
  const actions = whyAction(set, graph, name);
  if (resource === undefined && node === undefined && actions.length === 0) {
    return missing("resource, node or action", name, [
      ...set.resourceById.keys(),
      ...set.nodeByName.keys(),
      ...actionNames(graph),
    ]);
  }
  const resources = resource === undefined ? [] : why(set, resource);
  const nodes = node === undefined ? [] : [nodeAnswer(set, node, fencings)];
  const parts = [
    ...resources.map(sentences),
    ...nodes.map((one) => [...nodeSentences(one), ...one.fenced.map(fencingText)]),
    ...actions.map(actionSentences),
  ];
  return { text: textOf(parts), data: { resources, nodes, actions } };
}

function answerNot(
  set: WorkingSet,
  { resource: id, node: name }: Extract<Question, { type: "not" }>,
  fencings: readonly Fencing[],
): Answer | string {
  const resource: Resource | undefined = resourceNamed(set, id);
  if (resource === undefined) return missing("resource", id, set.resourceById.keys());
  const node: Node | undefined = set.nodeByName.get(name);
  if (node === undefined) return missing("node", name, set.nodeByName.keys());
  const resources = why(set, resource).map((one): Explanation => ({
    ...one,
    places: one.places.filter((place) => place.chosen || place.node === name),
  }));
  return {
    text: textOf(resources.map((one) => whyNotThere(one, name))),
    data: { resources, nodes: [nodeAnswer(set, node, fencings)] },
  };
}

const nodeAnswer = (set: WorkingSet, node: Node, fencings: readonly Fencing[]) => ({
  ...whyNode(set, node),
  fenced: fencingsOf(fencings, node.name),
});

const textOf = (parts: readonly (readonly string[])[]): string =>
  parts.map((lines) => `${lines.map(printableLine).join("\n")}\n`).join("\n");

async function writtenCib(
  path: string | undefined,
  io: Io,
): Promise<{ readonly cib: XmlElement; readonly report?: undefined } | number> {
  const cib = readCib(await readInput(path), sourceName(path));
  if (typeof cib !== "string") return { cib };
  io.err([cib]);
  return exit.badData;
}
