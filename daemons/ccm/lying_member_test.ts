/**
 * A member that has the key and lies about views and their numbers.
 *
 * @module
 */
import assert from "node:assert/strict";
import { mayChoose, placeOf, roundOf } from "../runtime/epoch.ts";
import type { Json } from "../runtime/messages.ts";
import type { PeerMessage, Row } from "./protocol.ts";
import { roundsAtStart, roundsPerSecond } from "./rounds.ts";
import { readSaved, savedKey } from "./saved.ts";
import { type Bench, formed } from "./testing/small_cluster.ts";

/** Says something to every other daemon. */
function say(bench: Bench, node: string, message: PeerMessage): void {
  const body: Json = JSON.parse(JSON.stringify(message));
  for (const other of bench.seats.keys()) {
    if (other !== node) bench.give(other, "ccm", { type: "peer", body }, node);
  }
  bench.run();
}

const stateOf = (bench: Bench, node: string) => bench.seats.get(node)!.machine.state;

/** The row of a node with something false in it, later than all that it said. */
function lie(bench: Bench, node: string, change: Partial<Row>): PeerMessage {
  const row = stateOf(bench, node).rows.get(node)!;
  return { type: "rows", rows: [{ ...row, serial: row.serial + 1_000, ...change }], ask: false };
}

/** The last number that a node may choose. */
const last = (node: string): number => 2 ** 53 - 2 ** 20 + placeOf(node);

Deno.test("the numbers of views do not end because one member names a high one", () => {
  for (const attack of ["promised", "view", "electorate", "propose"]) {
    const bench = formed("abm");
    const { view, electorates } = stateOf(bench, "m");
    const epoch = last("m");
    assert.ok(Number.isSafeInteger(epoch) && mayChoose("m", epoch));
    const { nodes } = electorates.committed;
    const message: PeerMessage = attack === "promised"
      ? lie(bench, "m", { promised: epoch })
      : attack === "view"
      ? lie(bench, "m", { view: { ...view!, epoch } })
      : attack === "electorate"
      ? lie(bench, "m", {
        electorates: { ...electorates, committed: { version: epoch, nodes: ["m"] } },
      })
      : {
        type: "propose",
        proposal: {
          epoch,
          proposer: "m",
          members: view!.members,
          previous: [...nodes],
          electorates,
          electors: nodes,
          basis: 0,
        },
      };
    say(bench, "m", message);
    bench.die("m");
    bench.pass(10_000);
    for (const node of "ab") {
      assert.equal(bench.members(node), "ab!", attack);
      const { promised } = readSaved(bench.seats.get(node)!.disk.get(savedKey), []);
      assert.ok(roundOf(promised) < 100, `${attack}: ${promised}`);
    }
    bench.start("m");
    bench.pass(10_000);
    assert.equal([...bench.members("a")].sort().join(""), "!abm", attack);
  }
});

Deno.test("high numbers again and again are promised no faster than a cluster could make them", () => {
  const bench = formed("abm");
  const { view, electorates } = stateOf(bench, "m");
  const before = roundOf(stateOf(bench, "a").promised);
  for (let round = 0; round < 200; round++) {
    const { promised } = stateOf(bench, "a");
    const epoch = (roundOf(promised) + roundsAtStart / 4) * 2 ** 20 + placeOf("m");
    const { nodes } = electorates.committed;
    const members = view!.members;
    say(bench, "m", {
      type: "propose",
      proposal: {
        epoch,
        proposer: "m",
        members,
        previous: [],
        electorates: stateOf(bench, "a").electorates,
        electors: nodes,
        basis: 0,
      },
    });
  }
  const rounds = roundOf(stateOf(bench, "a").promised) - before;
  assert.ok(rounds > 0, "a node that was away for long is followed");
  assert.ok(rounds <= roundsAtStart + roundsPerSecond * bench.at / 1_000, `${rounds}`);
});

Deno.test("nobody leaves its view because one member says that others go on without it", () => {
  const bench = formed("abcdm");
  const { view } = stateOf(bench, "m");
  const { promised } = stateOf(bench, "m");
  const own = view!.members.filter(({ node }) => node === "m");
  const others = view!.members.filter(({ node }) => node !== "a");
  for (const members of [own, others]) {
    const epoch = promised + 2 ** 20 * 2;
    say(bench, "m", lie(bench, "m", { promised: epoch, view: { ...view!, epoch, members } }));
    for (const node of members === own ? "abcd" : "a") {
      const evicted = bench.seats.get(node)!.told.some(({ type }) => type === "ccm/evicted");
      assert.ok(!evicted, `${node} has left its view for one of ${members.length}`);
    }
  }
});

Deno.test("who is passed over by most of a later view leaves its own", () => {
  const bench = formed("abcde");
  const { view, promised } = stateOf(bench, "b");
  const members = view!.members.filter(({ node }) => node !== "a");
  const epoch = promised + 2 ** 20;
  const evicted = () => bench.seats.get("a")!.told.some(({ type }) => type === "ccm/evicted");
  for (const [node, most] of [["b", false], ["c", false], ["d", true]] as const) {
    const message = lie(bench, node, { promised: epoch, view: { ...view!, epoch, members } });
    const body: Json = JSON.parse(JSON.stringify(message));
    bench.give("a", "ccm", { type: "peer", body }, node);
    bench.run();
    assert.equal(evicted(), most, `${node} says so`);
  }
});
