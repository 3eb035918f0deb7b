/**
 * What is wrong with the engine's graph of a CIB: it breaks what must hold of every graph, or it
 * differs from what the oracle decides.
 *
 * @module
 */
import { parse, type XmlElement } from "../../../metadata/xml/mod.ts";
import { checkDialect, isRefused } from "../../../daemons/pengine/dialect/check.ts";
import { readGraph, writeGraph } from "../../../daemons/pengine/graph/graph_xml.ts";
import { schedule } from "../../../daemons/pengine/doors/engine.ts";
import { transitionSummary } from "../../../daemons/pengine/simulate/transition_summary.ts";
import type { TransitionGraph } from "../../../daemons/runtime/transition.ts";
import type { Oracle, Verdict } from "../oracle3.ts";
import { graphLines, without } from "./graph_lines.ts";
import { isCircle, violations } from "./invariants.ts";
import { followsOrder } from "./turned.ts";
import { knownBug } from "./known_bugs.ts";
import { nowS } from "./cluster.ts";

/** The findings about one CIB. */
export interface Finding {
  readonly kind:
    /** Both decide alike, or there is no oracle. */
    | "equal"
    /** It is not the configuration language, for us and for the oracle. */
    | "invalid"
    /** The oracle crashes, waits in a circle or has a bug that is known: nothing to compare. */
    | "circle"
    | "oracle crashed"
    | "known"
    /** What must not be. */
    | "differs"
    | "broken"
    | "throws"
    | "refused by one";
  readonly text: string;
}

/** Findings that end a search. */
export function isWrong({ kind }: Finding): boolean {
  return kind === "differs" || kind === "broken" || kind === "throws";
}

/** Judges CIBs, many at once. */
export async function judge(
  cibs: readonly string[],
  oracle: Oracle | undefined,
): Promise<readonly Finding[]> {
  const own = cibs.map(ourWork);
  const asked = oracle === undefined
    ? undefined
    : await oracle.ask(cibs.filter((_, n) => own[n]!.finding === undefined));
  let next = 0;
  return own.map((work): Finding => {
    if (work.finding !== undefined) return work.finding;
    if (asked === undefined) return { kind: "equal", text: "" };
    return compared(work, asked[next++]!);
  });
}

interface Work {
  readonly finding?: Finding;
  readonly cib?: XmlElement;
  readonly graph?: TransitionGraph;
  readonly summary?: readonly string[];
}

function ourWork(text: string): Work {
  try {
    const cib = parse(text, { ignoreWhitespace: true, ignoreComments: true }).root;
    const refusals = checkDialect(cib).filter(({ severity }) => severity === "error");
    if (isRefused(refusals)) {
      return {
        finding: { kind: "invalid", text: refusals.map(({ what }) => what)[0] ?? "" },
      };
    }
    // A case may say when it was; the oracle goes by that.
    const at = { nowS: Number(cib.attributes["execution-date"] ?? nowS) };
    const scheduled = schedule(cib, at);
    const { graph, set } = scheduled;
    const wrong = [...violations(cib, scheduled), ...followsOrder(cib, graph, at)];
    if (wrong.length > 0) return { finding: { kind: "broken", text: wrong.join("\n") } };
    return { cib, graph, summary: transitionSummary(set) };
  } catch (error) {
    return {
      finding: { kind: "throws", text: String(error instanceof Error ? error.stack : error) },
    };
  }
}

function compared({ cib, graph, summary }: Work, verdict: Verdict): Finding {
  if (verdict.outcome === "crashed") return { kind: "oracle crashed", text: "" };
  if (verdict.outcome === "refused") {
    return { kind: "refused by one", text: "the oracle refuses it as no valid CIB" };
  }
  if (isCircle(readGraph(verdict.graph))) return { kind: "circle", text: "" };
  const want = graphLines(verdict.graph), got = graphLines(writeGraph(graph!));
  const missing = without(want, got), added = without(got, want);
  if (missing.length === 0 && added.length === 0) return { kind: "equal", text: "" };
  const bug = knownBug({ cib: cib!, missing, added, theirs: want });
  if (bug !== undefined) return { kind: "known", text: bug };
  const summaryOfTheirs = /Transition Summary:\n([^]*?)(\n\n|$)/.exec(verdict.summary)?.[1] ?? "";
  return {
    kind: "differs",
    text: [
      ...missing.slice(0, 8).map((line) => `  - ${line}`),
      ...added.slice(0, 8).map((line) => `  + ${line}`),
      "oracle:",
      summaryOfTheirs,
      "ours:",
      ...summary ?? [],
    ].join("\n"),
  };
}
