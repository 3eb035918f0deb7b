/**
 * Random clusters through the policy engine: what must hold of every graph is checked, and where
 * there is an oracle the graphs are compared with its own. What differs is shrunk to the fewest
 * elements, and printed with both summaries.
 *
 *     deno task fuzz engine [COUNT] [--seed N]
 *
 * `PACEMAKER_ROOT` names a folder with a system that has `crm_simulate` 3.x; see `oracle3.ts`.
 *
 * @module
 */
import fc from "fast-check";
import { parse } from "../../metadata/xml/mod.ts";
import { readGraph, writeGraph } from "../../daemons/pengine/graph/graph_xml.ts";
import { violations } from "../../daemons/pengine/testing/graph_properties.ts";
import { schedule } from "../../daemons/pengine/mod.ts";
import {
  randomCib,
  type RandomCluster,
  randomCluster,
} from "../../daemons/pengine/testing/random_cib.ts";
import { transitionSummary } from "../../daemons/pengine/simulate/transition_summary.ts";
import { child, children, type XmlElement } from "../../daemons/pengine/unpack/xml.ts";
import type { TransitionGraph } from "../../daemons/runtime/transition.ts";
import { findOracle, type Oracle } from "./oracle3.ts";

const nowS = 1_700_000_000;
/** Differences that one run shrinks and prints; more say nothing new. */
const differencesMax = 10;

const [countText = "1000"] = Deno.args.filter((arg) => /^\d+$/.test(arg));
const seedAt = Deno.args.indexOf("--seed");
const seed = seedAt < 0 ? Math.floor(Date.now() / 1000) : Number(Deno.args[seedAt + 1]);
const count = Number(countText);

const oracle = await findOracle();
console.log(
  oracle === undefined
    ? "No crm_simulate 3.x: only what must hold of every graph is checked."
    : `Compared with crm_simulate ${oracle.version}`,
);
let tried = 0, broken = 0, differing = 0, circles = 0;
try {
  // Each round ends at the first cluster that differs; the next one goes on behind it.
  for (let round = 0; tried < count && broken + differing < differencesMax; round++) {
    await search(seed + round);
  }
} finally {
  oracle?.close();
}
console.log(
  `${tried} clusters from seed ${seed}: ${broken} break what must hold, ${differing} differ` +
    `; of ${circles} the oracle makes a circle`,
);
Deno.exitCode = broken + differing === 0 ? 0 : 1;

async function search(from: number): Promise<void> {
  let shrinking = false;
  const result = await fc.check(
    fc.asyncProperty(randomCluster, async (cluster) => {
      if (!shrinking) tried++;
      const fine = await difference(cluster, !shrinking) === undefined;
      if (!fine) shrinking = true;
      return fine;
    }),
    { numRuns: Math.max(1, count - tried), seed: from },
  );
  if (!result.failed || result.counterexample === null) return;
  const [cluster] = result.counterexample;
  const found = await difference(cluster, false);
  if (found?.startsWith("broken")) broken++;
  else differing++;
  console.log(`\nseed ${from}, path ${result.counterexamplePath}: ${found}`);
  console.log(cibOf(cluster));
}

/** What is wrong with the graph of a cluster, or differs; undefined if nothing does. */
async function difference(cluster: RandomCluster, counted: boolean): Promise<string | undefined> {
  const cib = cibOf(cluster);
  const { graph, set } = schedule(parse(cib, { ignoreWhitespace: true }).root, { nowS });
  const wrong = violations(cluster, graph);
  if (wrong.length > 0) return `broken: ${wrong.join("; ")}`;
  if (oracle === undefined) return undefined;
  return await comparedWith(oracle, cib, graph, transitionSummary(set), counted);
}

async function comparedWith(
  { ask }: Oracle,
  cib: string,
  graph: TransitionGraph,
  summary: readonly string[],
  counted: boolean,
): Promise<string | undefined> {
  const verdict = await ask(cib);
  if (verdict.graph === undefined) return "differs: the oracle refuses it";
  const theirs = readGraph(verdict.graph);
  if (isCircle(theirs)) {
    // Their transition can never end; ours must, which is checked above.
    if (counted) circles++;
    return undefined;
  }
  const want = linesOf(verdict.graph), got = linesOf(writeGraph(graph));
  const missing = without(want, got);
  const added = without(got, want);
  if (missing.length === 0 && added.length === 0) return undefined;
  const said = /Transition Summary:\n([^]*?)(\n\n|$)/.exec(verdict.summary)?.[1] ?? "";
  return [
    "differs",
    ...missing.slice(0, 8).map((line) => `  - ${line}`),
    ...added.slice(0, 8).map((line) => `  + ${line}`),
    "oracle:",
    said,
    "ours:",
    ...summary,
  ].join("\n");
}

function cibOf(cluster: RandomCluster): string {
  return randomCib(cluster).replace(
    "<cib ",
    `<cib crm_feature_set="3.16.1" execution-date="${nowS}" `,
  );
}

/**
 * A graph as lines: each action, its place, its priority and what it waits for. What waits for
 * something that is not in the graph never begins, and makes no difference.
 */
function linesOf(graph: string): readonly string[] {
  const { root } = parse(graph, { ignoreWhitespace: true });
  let left = children(root, "synapse").flatMap((synapse) => {
    const [action] = children(child(synapse, "action_set"));
    const waits = children(child(synapse, "inputs")).flatMap((trigger) => children(trigger))
      .map(nameOf).sort();
    const priority = synapse.attributes.priority ?? "0";
    return action === undefined ? [] : [{ name: nameOf(action), priority, waits }];
  });
  for (let before = -1; before !== left.length;) {
    before = left.length;
    const names = new Set(left.map(({ name }) => name));
    left = left.filter(({ waits }) => waits.every((one) => names.has(one)));
  }
  return left.map(({ name, priority, waits }) => `${name} [${priority}] <- ${waits.join(", ")}`)
    .sort();
}

/** The lines of one list that the other does not have as often. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function nameOf({ attributes }: XmlElement): string {
  const { operation, operation_key: key, internal_operation_key: internal, on_node: node } =
    attributes;
  return `${operation} ${internal ?? key} @${node ?? ""}`;
}

function isCircle({ synapses }: TransitionGraph): boolean {
  const left = new Map(synapses.map(({ action, inputs }) => [action.id, new Set(inputs)]));
  // Actions may wait for one that this transition cannot do, but never in a circle.
  for (const inputs of left.values()) for (const id of inputs) if (!left.has(id)) inputs.delete(id);
  for (let done = true; done && left.size > 0;) {
    done = false;
    for (const [id, inputs] of left) {
      if (inputs.size > 0) continue;
      left.delete(id);
      for (const others of left.values()) others.delete(id);
      done = true;
    }
  }
  return left.size > 0;
}
