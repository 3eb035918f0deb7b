/**
 * Transitions that can be read: small clusters in `tests/golden/pengine/`, and what is decided for
 * each. `deno test ... -- --rewrite` writes the expectations anew, to be read in review.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parse } from "../../metadata/xml/mod.ts";
import { schedule } from "./mod.ts";
import type { TransitionGraph } from "../runtime/transition.ts";

const folder = new URL("../../tests/golden/pengine/", import.meta.url).pathname;
const rewrite = Deno.args.includes("--rewrite");
const nowS = 1_700_000_000;

const cases: Readonly<Record<string, string>> = {
  first_start: "Nothing is known: probe everywhere, then start in order, together, balanced.",
  lost_node: "A node is lost: fence it, then start elsewhere what it had.",
  clean_shutdown:
    "A node wants to leave: stop its resources first, dependents before what they need.",
  moved_by_location: "A better node is preferred: what can migrate does, what depends on it waits.",
  promotion: "The fittest instance is promoted, after the one before it was demoted.",
  migration_behind_restart:
    "What waits for a group that restarts does not move alive: the originals make a circle of it.",
  migration_behind_moving_clone:
    "What waits for a clone that moves does not move alive: the originals make a circle of it.",
  serialized_and_ordered:
    "A mandatory order holds beside one that serializes the same two: web waits in vain.",
  contradicting_colocations:
    "Of two colocations that contradict each other the later one is heard first: web goes to node2.",
  failed_monitor: "A failed resource restarts in place, and with it what is ordered after it.",
};

for (const [name, story] of Object.entries(cases)) {
  Deno.test({
    name: `${name}: ${story}`,
    permissions: { read: [folder], write: rewrite ? [folder] : false },
    fn() {
      const { root } = parse(Deno.readTextFileSync(`${folder}${name}.xml`), {
        ignoreWhitespace: true,
        ignoreComments: true,
        trackPosition: true,
      });
      const { graph, diagnostics } = schedule(root, { nowS });
      const text = [
        story,
        "",
        ...diagnostics.map(({ severity, message }) => `${severity}: ${message}`),
        ...textOf(graph),
        "",
      ].join("\n");
      if (rewrite) Deno.writeTextFileSync(`${folder}${name}.txt`, text);
      assert.equal(text, Deno.readTextFileSync(`${folder}${name}.txt`));
    },
  });
}

/** Each action on a line, with what it waits for below. */
function textOf(graph: TransitionGraph): readonly string[] {
  const names = new Map(graph.synapses.map(({ action }) => [
    action.id,
    `${action.kind === "pseudo_event" ? "(mark) " : ""}${action.operationKey}` +
    (action.onNode === undefined ? "" : ` on ${action.onNode}`),
  ]));
  return graph.synapses
    .map(({ action, inputs }) => ({
      name: names.get(action.id) ?? "",
      after: inputs.map((id) => names.get(id) ?? "").sort(),
    }))
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap(({ name, after }) => [name, ...after.map((one) => `    after ${one}`)]);
}
