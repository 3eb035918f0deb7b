/**
 * A member that has the key, is heard, and withholds its part of each agreement: it holds the others
 * up for a bounded time.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { PeerMessage } from "./protocol.ts";
import { type Bench, formed } from "./testing/small_cluster.ts";

/** Rules for what the member does not say. */
type Withheld = (message: PeerMessage) => boolean;

const withhold = (bench: Bench, liar: string, withheld: Withheld): void => {
  bench.lose = (from, _to, message) => from === liar && withheld(message);
};

/** Passes time until the nodes are in a view of these members; returns how long that took. */
function untilTogether(bench: Bench, nodes: string, limitMs: number): number {
  const begun = bench.at;
  const is = () =>
    [...nodes].every((node) => [...bench.members(node)].sort().join("") === `!${nodes}`);
  while (!is() && bench.at - begun < limitMs) bench.pass(100);
  assert.ok(is(), `${[...nodes].map((node) => `${node}: ${bench.members(node)}`)}`);
  return bench.at - begun;
}

/** All but rows, which show its promises. */
const noPromise: Withheld = ({ type }) => type !== "rows";
/** As if it had never received a proposal: its rows show no promise either. */
const deaf = (bench: Bench, liar: string): void => {
  bench.lose = (from, to, { type }) =>
    to === liar && type === "propose" || from === liar && type !== "rows";
};

Deno.test("a member that never promises holds up a view for a bounded time", () => {
  // The liar is the most junior, in the middle, and the most senior, where ties go its way.
  for (
    const [nodes, liar, dead] of ["abcdm:m:a", "abmcd:m:a", "mabcd:m:d"].map((one) =>
      one.split(":") as [string, string, string]
    )
  ) {
    for (const how of [withhold, deaf]) {
      const bench = formed(nodes);
      how(bench, liar, noPromise);
      bench.die(dead);
      const rest = [...nodes].filter((node) => node !== liar && node !== dead).sort().join("");
      const ms = untilTogether(bench, rest, 60_000);
      assert.ok(ms > 10_000, `${nodes}: it had time`);
      bench.pass(60_000);
      assert.equal([...bench.members(rest[0]!)].sort().join(""), `!${rest}`, "and it stays so");
    }
  }
});

Deno.test("a member that proposes without end and never commits is left out", () => {
  const bench = formed("mabcd");
  bench.lose = (from, _to, { type }) => from === "m" && (type === "promise" || type === "commit");
  bench.die("d");
  // Each repetition comes before the others may propose instead.
  const m = bench.seats.get("m")!.machine.state;
  for (let ms = 0; ms < 30_000; ms += 100) {
    if (m.proposing) m.proposing = { ...m.proposing, atMs: -1e9 };
    bench.pass(100);
  }
  untilTogether(bench, "abc", 30_000);
});

Deno.test("who was left out comes back when its time is over", () => {
  for (const nodes of ["abcm", "abm", "mab"]) {
    const bench = formed(nodes);
    withhold(bench, "m", noPromise);
    // A member starts again: it needs a new view, which the third of three may not hold up either.
    bench.die("b");
    bench.start("b");
    const rest = nodes.replace("m", "");
    untilTogether(bench, rest, 60_000);
    bench.lose = () => false;
    bench.pass(200_000);
    assert.equal(bench.view("a")!.members.length, rest.length, "not yet");
    untilTogether(bench, `${rest}m`, 200_000);
  }
});

Deno.test("a node that is slow to promise is not left out", () => {
  const bench = formed("abcm");
  let lost = 0;
  bench.lose = (from, _to, { type }) => from === "m" && type === "promise" && ++lost < 6;
  bench.die("c");
  untilTogether(bench, "abm", 15_000);
  for (const { machine } of bench.seats.values()) assert.equal(machine.state.withholding.size, 0);
});

Deno.test("the cib reports a member that withholds, of the view at hand alone", () => {
  const bench = formed("abcm");
  const { epoch } = bench.view("a")!;
  const report = (view: number, node: string) => {
    bench.give("a", "cib", { type: "ccm/withholds", view, node, what: "entry 7 of the CIB" });
    bench.run();
  };
  report(epoch - 1, "m");
  report(epoch, "x");
  report(epoch, "a");
  assert.equal(bench.seats.get("a")!.machine.state.withholding.size, 0);
  report(epoch, "m");
  untilTogether(bench, "abc", 10_000);
});
