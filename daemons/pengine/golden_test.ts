/**
 * Transitions that can be read: small clusters in `tests/golden/pengine/`, and what is decided for
 * each. `deno test ... -- --rewrite` rewrites the expectations; read the difference in review, and
 * ask the original with `deno task interop golden`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parse } from "../../metadata/xml/mod.ts";
import { schedule } from "./doors/engine.ts";
import { cibOfGolden, givenOf, goldenReport, goldenText, linesOf } from "./testing_golden.ts";

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
  migration_behind_moving_clone: "What waits for a clone that moves does not move alive.",
  serialized_and_ordered:
    "A mandatory order holds beside one that serializes the same two: web waits in vain.",
  contradicting_colocations:
    "Of two colocations that contradict each other the later one is heard first: web goes to node2.",
  failed_monitor: "A failed resource restarts in place, and with it what is ordered after it.",
  ordered_sets:
    "All of one set wait for all of the other; that some are enough to start says nothing of stops.",
  locked_while_active: "A shutdown lock of what is active already is obsolete: its record goes.",
  lock_replaced_by_probe:
    "A probe replaces the record of a lock beyond its limit, so nothing else has to remove it.",
  records_without_node:
    "Of a record with its node and one without, neither is later: the probe may be what counts.",
  migration_out_of_guest: "What runs in a guest that stops moves alive before it does.",
  migration_into_starting_guest:
    "What moves alive into a guest waits for its start: 3.0.3 asks a guest that is not there yet.",
  remote_node_stops:
    "What is watched on a remote node does not hold up the stop of its connection.",
  waiting_in_a_circle:
    "The probe of web on a remote node needs the node, which is to come after web: neither starts.",
  lost_remote_without_quorum:
    "With fence-remote-without-quorum a remote node is fenced whose host is lost, without quorum.",
  capacity_after_probe:
    "The mark that capacity is free waits for the probe of what may have to stop first.",
  guest_was_removed:
    "A guest that was taken out of the configuration is not fenced: its host is, and so was it.",
  instance_hears_of_fencing:
    "A lost instance that sends notifications has its marks, though the clone starts nothing.",
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
        ...diagnostics.map(({ severity, what }) => `${severity}: ${what}`),
        ...linesOf(graph),
        "",
      ].join("\n");
      if (rewrite) Deno.writeTextFileSync(`${folder}${name}.txt`, text);
      assert.equal(text, Deno.readTextFileSync(`${folder}${name}.txt`));
    },
  });
}

/** Those whose cluster stands in the text itself. */
const texts = [...Deno.readDirSync(folder)].map(({ name }) => name)
  .filter((name) => name.endsWith(".txt") && !(name.replace(/\.txt$/, "") in cases))
  .sort();

for (const name of texts) {
  const text = Deno.readTextFileSync(`${folder}${name}`);
  Deno.test({
    name: `${name.replace(/\.txt$/, "")}: ${text.split("\n")[0]}`,
    permissions: { read: [folder], write: rewrite ? [folder] : false },
    fn() {
      const now = goldenText(givenOf(text));
      if (rewrite) Deno.writeTextFileSync(`${folder}${name}`, now);
      assert.equal(now, rewrite ? now : text);
    },
  });
}

for (const name of [...Object.keys(cases), ...texts.map((name) => name.replace(/\.txt$/, ""))]) {
  Deno.test({
    name: `${name}: what people are shown of it`,
    permissions: { read: [folder], write: rewrite ? [folder] : false },
    fn() {
      const report = goldenReport(
        name in cases
          ? Deno.readTextFileSync(`${folder}${name}.xml`)
          : cibOfGolden(givenOf(Deno.readTextFileSync(`${folder}${name}.txt`))),
      );
      if (rewrite) Deno.writeTextFileSync(`${folder}${name}.report`, report);
      assert.equal(report, Deno.readTextFileSync(`${folder}${name}.report`));
    },
  });
}

Deno.test("there is a golden text for each policy", () => {
  assert.ok(texts.length + Object.keys(cases).length >= 40);
});
