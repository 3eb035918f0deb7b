/**
 * A node counts only after it has all acknowledged writes on disk: shown as one history, which a
 * nemesis would rarely find.
 *
 * Three nodes count; the third is down while the others write. Three more join, and their CIB is
 * not up to date yet when the first two crash. If the new nodes already counted, they and the third
 * would be a majority of six, and none of them has the writes.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { CcmState } from "../../daemons/ccm/state.ts";
import type { Machine } from "../../daemons/runtime/machine.ts";
import { unsettledElectorate } from "./bugs/electorate.ts";
import { wrapping } from "./bugs/wrap.ts";
import { CibChecker } from "./checkers/cib.ts";
import { ElectorateChecker } from "./checkers/electorate.ts";
import { MembershipChecker } from "./checkers/membership.ts";
import { clusterPlans, defaultCib } from "./cluster.ts";
import { World } from "./world.ts";

const founders = ["n1", "n2", "n3"];
const newcomers = ["n4", "n5", "n6"];

/** Tells the history; `counted`: who counts when the first two crash. */
function history(bug?: (machine: Machine) => Machine): { world: World; counted: string } {
  let isSlow = true;
  const slow = wrapping("cib", () => ({
    before: (_state, event) =>
      isSlow && event.type === "message" && event.message.type === "peer"
        ? { type: "timer", at: event.at, name: "nothing" } as const
        : event,
  }));
  const world = new World({
    seed: 1,
    nodes: [...founders, ...newcomers],
    cluster: founders,
    plans: (world) =>
      clusterPlans({
        nodes: founders,
        changing: true,
        keepaliveMs: 100,
        deadtimeMs: 500,
        daemons: "all",
        transport: "stand-in",
        cib: defaultCib(founders, "one device", newcomers),
        worldUs: () => world.kernel.nowUs,
        replace: (machine, node) => {
          const replaced = bug?.(machine) ?? machine;
          return newcomers.includes(node) ? slow(replaced) : replaced;
        },
      }),
    checkers: (world, fail) => [
      new CibChecker(world, fail),
      new MembershipChecker(world, fail, { maxMs: 10_000 }),
      new ElectorateChecker(world, fail, 60_000),
    ],
  });
  const off = (name: string) => {
    world.node(name).away = true;
    world.node(name).powerOff("by the test");
  };
  const on = (name: string) => {
    world.node(name).away = false;
    world.cluster.add(name);
    world.node(name).powerOn();
  };
  world.powerOnAll();
  world.runMs(20_000);
  off("n3");
  world.runMs(60_000);
  newcomers.forEach(on);
  world.runMs(20_000);
  const { view } = world.node("n1").state("ccm") as CcmState;
  assert.equal(view?.members.length, 5);
  off("n1");
  off("n2");
  isSlow = false;
  on("n3");
  world.runMs(200_000);
  return { world, counted: view.electorate.join(" ") };
}

Deno.test({
  name: "newcomers that are not up to date do not count; those who are left do not act",
  permissions: "none",
  fn() {
    const { world, counted } = history();
    assert.deepEqual(world.violations, []);
    assert.equal(counted, "n1 n2 n3");
    const { view } = world.node("n3").state("ccm") as CcmState;
    assert.deepEqual(view?.members.map(({ node }) => node).sort(), ["n3", "n4", "n5", "n6"]);
    assert.equal(view?.quorate, false);
    for (const name of ["n1", "n2"]) {
      world.node(name).away = false;
      world.node(name).powerOn();
    }
    world.runMs(60_000);
    const { view: whole } = world.node("n3").state("ccm") as CcmState;
    assert.equal(whole?.electorate.join(" "), "n1 n2 n3 n4 n5 n6");
    assert.equal(whole?.quorate, true);
    assert.deepEqual(world.violations, []);
  },
});

Deno.test({
  name: "if they counted, acknowledged writes would be lost",
  permissions: "none",
  fn() {
    const { world, counted } = history(unsettledElectorate);
    assert.equal(counted, "n1 n2 n3 n4 n5 n6");
    assert.match(world.violations[0]?.invariant ?? "", /^CIB[13]$/);
  },
});
