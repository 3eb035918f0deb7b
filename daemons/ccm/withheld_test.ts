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

/** All but rows, which show its promises: as good as the promises themselves. */
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
    const bench = formed(nodes);
    deaf(bench, liar);
    bench.die(dead);
    const rest = [...nodes].filter((node) => node !== liar && node !== dead).sort().join("");
    const ms = untilTogether(bench, rest, 60_000);
    assert.ok(ms > 10_000, `${nodes}: it had time`);
    bench.pass(60_000);
    assert.equal([...bench.members(rest[0]!)].sort().join(""), `!${rest}`, "and it stays so");
  }
});

Deno.test("a member that shows its promise in its rows has promised, whatever it does not send", () => {
  for (const nodes of ["abcdm", "abmcd", "mabcd"]) {
    const bench = formed(nodes);
    withhold(bench, "m", noPromise);
    bench.die("d");
    const rest = nodes.replace("d", "");
    untilTogether(bench, [...rest].sort().join(""), 5_000);
    bench.pass(60_000);
    for (const node of rest) {
      assert.equal([...bench.members(node)].sort().join(""), "!abcm", "nobody loses its place");
    }
  }
});

Deno.test("a promise that a row shows is one to the life of the proposer that proposed it", () => {
  const bench = formed("abm");
  const { epoch } = bench.view("a")!;
  deaf(bench, "m");
  bench.die("b");
  const a = bench.seats.get("a")!.machine.state;
  const proposal = a.proposing!.proposal;
  assert.ok(proposal.epoch > epoch);
  const { view: _, ...row } = a.rows.get("m")!;
  const show = (pendingOf: number) =>
    bench.give("a", "ccm", {
      type: "peer",
      body: {
        type: "rows",
        ask: false,
        rows: [JSON.parse(JSON.stringify({
          ...row,
          serial: row.serial + 1 + pendingOf,
          promised: proposal.epoch,
          pending: proposal.epoch,
          pendingOf,
        }))],
      },
    }, "m");
  show(a.incarnation - 1);
  bench.run();
  assert.notEqual(bench.view("a")?.epoch, proposal.epoch);
  show(a.incarnation);
  bench.run();
  assert.equal(bench.view("a")?.epoch, proposal.epoch);
});

Deno.test("a member that promises and never takes up a view is left out", () => {
  for (const nodes of ["abcdm", "abmcd"]) {
    const bench = formed(nodes);
    // Nor does it propose: then it would come back by itself.
    bench.lose = (from, to, { type }) =>
      to === "m" && type === "commit" || from === "m" && type !== "rows" && type !== "promise";
    bench.die("d");
    untilTogether(bench, "abc", 60_000);
    bench.pass(60_000);
    assert.equal([...bench.members("a")].sort().join(""), "!abc", "and it stays so");
  }
});

Deno.test("a member that proposes without end and never commits is left out", () => {
  const bench = formed("mabcd");
  bench.lose = (from, to, { type }) =>
    from === "m" && (type === "promise" || type === "commit") || to === "m" && type === "propose";
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
    deaf(bench, "m");
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
  bench.lose = (_from, to, { type }) => to === "m" && type === "propose" && ++lost < 6;
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
