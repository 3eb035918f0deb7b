/**
 * A member that is heard, and withholds its part of views or of entries of the CIB: services of a
 * node that dies start elsewhere all the same, after a bounded time.
 */
import assert from "node:assert/strict";
import type { CcmState } from "../../daemons/ccm/core.ts";
import type { CibState } from "../../daemons/cib/mod.ts";
import { patienceMs } from "../../daemons/cib/withheld.ts";
import type { CrmdState } from "../../daemons/crmd/mod.ts";
import type { Effect, Machine } from "../../daemons/runtime/machine.ts";
import { wrapping } from "./bugs/wrap.ts";
import { clusterWorld, dummy, whereRuns } from "./scenario_cluster.ts";
import type { World } from "./world.ts";

/** What a member withholds: its promises and proposals of views, or all that its CIB says. */
type What = "views" | "entries";

/** Who withholds it; nobody at first. */
interface Liar {
  node: string;
}

const isPeer = (effect: Effect): boolean =>
  effect.type === "send" && effect.message.type === "peer" && effect.to.service !== "crmd";

/** The fault. */
const withholding = (what: What, liar: Liar): (machine: Machine) => Machine =>
  what === "views"
    ? wrapping<CcmState>("ccm", () => ({
      // A promise that its rows show would count.
      before: ({ node }, event) =>
        node === liar.node && JSON.stringify(event).includes('"propose"')
          ? { type: "timer", at: event.at, name: "nothing" }
          : event,
      after: ({ node }, _event, effects) =>
        node !== liar.node
          ? effects
          : effects.filter((one) => !isPeer(one) || JSON.stringify(one).includes('"rows"')),
    }))
    : wrapping<CibState>("cib", () => ({
      after: ({ self }, _event, effects) =>
        self !== liar.node ? effects : effects.filter((one) => !isPeer(one)),
    }));

/** The bug: everybody waits for it. */
const waited = (machine: Machine): Machine =>
  wrapping<CcmState>("ccm", () => ({
    before(state, event) {
      state.missed.clear();
      return event.type === "message" && event.message.type === "ccm/withholds"
        ? { type: "timer", at: event.at, name: "act" }
        : event;
    },
  }))(machine);

/** The seconds after the death of a node until its service runs elsewhere; NaN: never. */
function secondsOf(what: What, seed: number, bug: (machine: Machine) => Machine): number {
  const liar: Liar = { node: "" };
  const fault = withholding(what, liar);
  const world: World = clusterWorld({
    seed,
    nodes: ["n1", "n2", "n3", "n4", "n5"],
    resources: dummy("web"),
    replace: (machine) => fault(bug(machine)),
  });
  world.fencing.takes = { minUs: 1_000, maxUs: 2_000 };
  world.powerOnAll();
  world.runMs(5_000);
  const [holder] = whereRuns(world, "web");
  assert.ok(holder !== undefined, "web runs somewhere after five seconds");
  const { view } = world.node(holder).state("crmd") as CrmdState;
  // Neither the coordinator nor the node that dies: a coordinator that withholds decides nothing.
  const others = view!.members.slice(1).map(({ node }) => node);
  liar.node = others.find((node) => node !== holder)!;
  world.node(holder).powerOff("by the test");
  for (let second = 1; second <= 120; second++) {
    world.runMs(1_000);
    if (whereRuns(world, "web").length === 0) continue;
    world.runMs(20_000);
    assert.deepEqual(world.violations, []);
    assert.equal(whereRuns(world, "web").length, 1);
    return second;
  }
  return NaN;
}

for (const what of ["views", "entries"] as const) {
  Deno.test(`a member that withholds ${what} does not keep a service from starting elsewhere`, () => {
    for (let seed = 1; seed <= 2; seed++) {
      const seconds = secondsOf(what, seed, (machine) => machine);
      assert.ok(seconds < patienceMs / 1_000 + 30, `seed ${seed}: ${seconds} s`);
    }
  });

  Deno.test(`the planted bug is found: everybody waits for a member that withholds ${what}`, () => {
    assert.ok(Number.isNaN(secondsOf(what, 1, waited)));
  });
}
